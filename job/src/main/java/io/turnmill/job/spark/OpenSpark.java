package io.turnmill.job.spark;

import org.apache.spark.sql.SparkSession;

/**
 * The Spark session of a command, until it is closed.
 *
 * @param started whether it was started for the command. One that was running before, such as that
 *     of a notebook or of an earlier command in this JVM, is not ours to stop
 */
public record OpenSpark(SparkSession session, boolean started) implements AutoCloseable {

  /** Stops the session if it was started for the command. */
  @Override
  public void close() {
    if (started) {
      session.stop();
    }
  }
}
