package io.turnmill.job;

import io.turnmill.job.flight.Deaths;
import io.turnmill.job.flight.Flights;
import io.turnmill.job.flight.Round;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.write.OutputFolder;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Runs the inference of a bucket until it is done. Spark gives a job up when one of its tasks has
 * died some times ({@code spark.task.maxFailures}); as long as the deaths lead closer to a session
 * that is their cause, another job is worth it.
 */
final class Rounds {
  private final OutputFolder output;
  private final HadoopConf hadoop;
  private final int maxDeaths;

  /**
   * @param hadoop settings of the output's file system
   * @param maxDeaths at so many deaths of its executor a session in flight counts as their cause
   */
  Rounds(OutputFolder output, HadoopConf hadoop, int maxDeaths) {
    this.output = output;
    this.hadoop = hadoop;
    this.maxDeaths = maxDeaths;
  }

  /**
   * Runs jobs until one ends in order. Where executors died and that says nothing about this
   * bucket's sessions, it was as a rule another bucket that killed them: that is borne some times
   * in a row.
   *
   * @param infer one Spark job over the bucket
   * @param found is told before each further round how many sessions were found to be the cause,
   *     and may throw
   */
  void run(int bucket, Consumer<Flights> infer, LongConsumer found) throws IOException {
    Flights flights =
        new Flights(output.flights(bucket).toString(), hadoop, Round.first(), maxDeaths);
    int beside = 0;
    while (true) {
      try {
        infer.accept(flights);
        return;
      } catch (Exception e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        Deaths before = flights.deaths();
        flights = flights.nextRound();
        Deaths after = flights.deaths();
        if (after.sayMoreThan(before, maxDeaths)) {
          beside = 0;
          found.accept(after.atLeast(maxDeaths));
        } else if (!lostItsExecutor(e) || ++beside == maxDeaths) {
          throw e;
        }
      }
    }
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
