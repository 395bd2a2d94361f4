package io.turnmill.job;

import org.apache.spark.sql.SparkSession;

/** One Spark session for all tests of a JVM, with two cores, no web server and few partitions. */
public final class SparkForTests {
  private static SparkSession session;

  private SparkForTests() {}

  /** The session; it ends with the JVM, or with a run of the job, which closes it. */
  public static synchronized SparkSession session() {
    if (session == null || session.sparkContext().isStopped()) {
      session =
          SparkSession.builder()
              .master("local[2]")
              .appName("tests")
              .config("spark.ui.enabled", "false")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config("spark.sql.shuffle.partitions", "2")
              .config("spark.sql.session.timeZone", "UTC")
              .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir"))
              .getOrCreate();
    }
    return session;
  }

  /** Ends the session, so that a run of the job gets one with settings of its own. */
  public static synchronized void stop() {
    if (session != null) {
      session.stop();
    }
  }
}
