package io.turnmill.job.testing;

import io.turnmill.job.spark.OpenSpark;
import io.turnmill.job.spark.Spark;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * The Spark session of the tests of a JVM: one stays for as long as the settings asked for are the
 * same. It ends with the JVM.
 */
public final class SparkForTests {
  private static OpenSpark open;
  private static Map<String, String> settings = Map.of();

  private SparkForTests() {}

  /** A session by the job's own settings. */
  public static SparkSession session() {
    return session(Map.of());
  }

  /**
   * A session by the settings of a run: the one that is running, if it was started with the same
   * ones, or else a new one in its place.
   *
   * @param wanted as for {@link Spark#open}
   */
  public static synchronized SparkSession session(Map<String, String> wanted) {
    if (!isRunning() || !settings.equals(wanted)) {
      stop();
      settings = Map.copyOf(wanted);
      open = Spark.open(wanted);
    }
    return open.session();
  }

  /** The session that is running, whatever its settings, or else one by the job's own. */
  public static synchronized SparkSession any() {
    return isRunning() ? open.session() : session();
  }

  private static boolean isRunning() {
    return open != null && !open.session().sparkContext().isStopped();
  }

  /** Ends the session; its listeners have heard everything by then. */
  public static synchronized void stop() {
    if (open != null) {
      open.close();
    }
  }
}
