package io.turnmill.job.run;

import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.quarantine.InFlightStore.JobLosses;
import java.io.IOException;
import java.util.Collection;

/**
 * Decides whether the buckets that are left are worth another Spark job after one has failed. Spark
 * gives a job up when one of its tasks has died several times ({@code spark.task.maxFailures}); as
 * long as the losses of executors lead closer to a session that is their cause, another job over
 * what is left is worth it. An executor that is lost while it has no session in flight says nothing
 * about any; that is borne {@code maxDeaths} times in a row.
 */
final class BucketRetry {
  private InFlightStore inFlight;
  private int saidNothing;
  private long causes;

  /**
   * @param first where attempts of the first job note what they have in flight
   */
  BucketRetry(InFlightStore first) {
    this.inFlight = first;
  }

  /** Where attempts of the next job note what they have in flight. */
  InFlightStore inFlight() {
    return inFlight;
  }

  /** How many sessions the last job has shown to be the cause of losses: they will fail. */
  long causes() {
    return causes;
  }

  /**
   * Whether there should be another job; for when no task of the failed one runs any more.
   *
   * @param failure with which Spark gave the job up
   */
  boolean isWorthIt(Exception failure) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      return false;
    }
    Collection<JobLosses> losses = losses(failure);
    int limit = inFlight.maxDeaths();
    inFlight = inFlight.nextJob();
    if (losses.stream().anyMatch(of -> of.after().sayMoreThan(of.before(), limit))) {
      saidNothing = 0;
      causes = losses.stream().mapToLong(of -> of.after().atLeast(limit)).sum();
      return true;
    }
    causes = 0;
    return lostItsExecutor(failure) && ++saidNothing < limit;
  }

  private Collection<JobLosses> losses(Exception failure) throws IOException {
    try {
      return Retry.of(Retry.Times.UNDER_WAY)
          .call("reading the notes of attempts", inFlight::deaths)
          .values();
    } catch (IOException e) {
      e.addSuppressed(failure);
      throw e;
    }
  }

  /** Looks for Spark's own words, as Spark has no exception for it on the driver. */
  private static boolean lostItsExecutor(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (String.valueOf(t.getMessage()).contains("ExecutorLostFailure")) {
        return true;
      }
    }
    return false;
  }
}
