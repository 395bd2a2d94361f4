package io.turnmill.job.spark;

import io.turnmill.job.metrics.MetricsPlugin;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Option;
import scala.Tuple2;

/** The Spark session of a run, and its settings. */
public final class Spark {
  /**
   * What glibc reads when a process starts: keep the memory of large temporaries rather than give
   * it back after each step and take it again, page by page. {@code submit/local.sh} exports the
   * same; what it gains is in RESULTS.md of the benches.
   */
  private static final Map<String, String> MALLOC =
      Map.of("MALLOC_MMAP_THRESHOLD_", "33554432", "MALLOC_TRIM_THRESHOLD_", "1073741824");

  /** Spark puts them before the user's own options, which win. */
  private static final String EXECUTOR_OPTIONS = "spark.executor.defaultJavaOptions";

  private static final String SPECULATION = "spark.speculation";

  private Spark() {}

  /**
   * The session that runs in this JVM already, or one by the settings of spark-submit, or one in
   * local mode on this machine's cores.
   *
   * @param settings the user's {@code spark} settings; those of spark-submit come first. A session
   *     that runs already takes those of Spark SQL alone
   */
  public static OpenSpark open(Map<String, String> settings) {
    boolean running = isRunning();
    SparkSession session = SparkSession.builder().config(complete(conf(settings))).getOrCreate();
    return new OpenSpark(session, !running);
  }

  private static boolean isRunning() {
    Option<SparkSession> session = SparkSession.getDefaultSession();
    return session.isDefined() && !session.get().sparkContext().isStopped();
  }

  /** Adds our defaults for what is not set. */
  public static SparkConf complete(SparkConf conf) {
    conf.setIfMissing("spark.app.name", "turnmill");
    conf.setIfMissing("spark.master", "local[*]");
    if (conf.get("spark.master").startsWith("local")) {
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      // Executor heartbeats carry the progress; in local mode they cost nothing.
      conf.setIfMissing("spark.executor.heartbeatInterval", "1s");
      conf.setIfMissing("spark.sql.shuffle.partitions", "16");
    }
    // One job holds all buckets, and executors that die count as well: the search for the session
    // that kills them should end before the job is given up, and all tasks under way with it.
    conf.setIfMissing("spark.task.maxFailures", "8");
    // A copy of a task that is under way would look as if its executor had died: see
    // ExecutorLosses.
    conf.set(SPECULATION, "false");
    // Names of metrics that are the same from one run to the next.
    conf.setIfMissing("spark.metrics.namespace", "${spark.app.name}");
    conf.set("spark.plugins", plugins(conf.get("spark.plugins", "")));
    // Wide rows are normal here; a warning about the length of their names is of no use.
    conf.setIfMissing("spark.sql.debug.maxToStringFields", "1000");
    // What is written does not depend on where it is written, and our codecs know one timestamp.
    conf.set("spark.sql.session.timeZone", "UTC");
    conf.set("spark.sql.datetime.java8API.enabled", "false");
    // File names are UTF-8 and numbers English on every host; see LocalEncoding.
    conf.setIfMissing("spark.executorEnv.LC_ALL", "C.UTF-8");
    conf.set(EXECUTOR_OPTIONS, ("-Duser.language=en " + conf.get(EXECUTOR_OPTIONS, "")).strip());
    MALLOC.forEach((name, value) -> conf.setIfMissing("spark.executorEnv." + name, value));
    return conf;
  }

  /**
   * Whether the user wants copies of slow tasks, which {@link #complete} forbids.
   *
   * @param settings as for {@link #open}
   */
  public static boolean asksForSpeculation(Map<String, String> settings) {
    return conf(settings).getBoolean(SPECULATION, false);
  }

  /** The user's plugins and that of our metrics. */
  static String plugins(String users) {
    String own = MetricsPlugin.class.getName();
    if (List.of(users.split("\\s*,\\s*")).contains(own)) {
      return users;
    }
    return users.isBlank() ? own : users + "," + own;
  }

  private static SparkConf conf(Map<String, String> settings) {
    SparkConf conf = new SparkConf();
    settings.forEach(conf::setIfMissing);
    return conf;
  }

  /**
   * The settings of file systems before there is a session, for checks that come first.
   *
   * @param settings as for {@link #open}
   */
  public static Configuration hadoop(Map<String, String> settings) {
    Configuration hadoop = new Configuration();
    for (Tuple2<String, String> setting : conf(settings).getAllWithPrefix("spark.hadoop.")) {
      hadoop.set(setting._1(), setting._2());
    }
    return hadoop;
  }

  /** The settings of file systems, the user's {@code spark.hadoop.*} among them. */
  public static Configuration hadoop(SparkSession spark) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext()).hadoopConfiguration();
  }
}
