package io.turnmill.job.run;

import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.quarantine.InFlightStore.RoundDeaths;
import java.io.IOException;
import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/**
 * Runs the inference of all buckets until it is done. Spark gives a job up when one of its tasks
 * has died some times ({@code spark.task.maxFailures}); as long as the deaths lead closer to a
 * session that is their cause, another job over what is left is worth it.
 */
final class BucketRetry {
  private final InFlightStore first;
  private final Runnable awaitTasks;

  /**
   * @param flights where attempts note what they have in flight, for the first round
   * @param awaitTasks returns when no task of a job that was given up runs any more
   */
  BucketRetry(InFlightStore flights, Runnable awaitTasks) {
    this.first = flights;
    this.awaitTasks = awaitTasks;
  }

  /**
   * Runs jobs until one ends in order. An executor that dies and had no session in flight says
   * nothing about any; that is borne {@code maxDeaths} times in a row.
   *
   * @param infer one Spark job over all buckets that are left
   * @param mayGoOn is asked before each further round, with the number of sessions that were found
   *     to be the cause; where it says no, the rounds end
   */
  void run(Consumer<InFlightStore> infer, LongPredicate mayGoOn) throws IOException {
    InFlightStore flights = first;
    int without = 0;
    while (true) {
      try {
        infer.accept(flights);
        return;
      } catch (Exception e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        awaitTasks.run();
        Collection<RoundDeaths> deaths = deaths(flights, e);
        flights = flights.nextRound();
        if (sayMore(deaths)) {
          without = 0;
          if (!mayGoOn.test(found(deaths))) {
            return;
          }
        } else if (!lostItsExecutor(e) || ++without == first.maxDeaths()) {
          throw e;
        }
      }
    }
  }

  private static Collection<RoundDeaths> deaths(InFlightStore flights, Exception failure)
      throws IOException {
    try {
      return Retry.of(Retry.Times.UNDER_WAY)
          .call("reading the notes of attempts", flights::deaths)
          .values();
    } catch (IOException e) {
      e.addSuppressed(failure);
      throw e;
    }
  }

  /** Whether the deaths of any bucket lead closer to their cause than before. */
  private boolean sayMore(Collection<RoundDeaths> deaths) {
    return deaths.stream().anyMatch(of -> of.after().sayMoreThan(of.before(), first.maxDeaths()));
  }

  private long found(Collection<RoundDeaths> deaths) {
    return deaths.stream().mapToLong(of -> of.after().atLeast(first.maxDeaths())).sum();
  }

  /** As Spark says it; it has no exception for it on the driver. */
  private static boolean lostItsExecutor(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (String.valueOf(t.getMessage()).contains("ExecutorLostFailure")) {
        return true;
      }
    }
    return false;
  }
}
