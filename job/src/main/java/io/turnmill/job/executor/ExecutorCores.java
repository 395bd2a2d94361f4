package io.turnmill.job.executor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/** The cores that Spark gives to an executor, whether they are set or Spark's own default. */
final class ExecutorCores {
  private static final String SET = "spark.executor.cores";

  /**
   * {@code local}, {@code local[N]}, {@code local[*]}, each perhaps with a number of failures after
   * a comma.
   */
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[\\s*([0-9]+|\\*).*])?");

  /** {@code local-cluster[executors, cores, memory]}. */
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*[0-9]+\\s*,\\s*([0-9]+).*]");

  private ExecutorCores() {}

  /**
   * @param conf of the application
   * @param processors of this machine, or container: never more than these
   */
  static int of(SparkConf conf, int processors) {
    return Math.min(given(conf, processors), processors);
  }

  private static int given(SparkConf conf, int processors) {
    String master = conf.get("spark.master", "local[*]");
    Matcher local = LOCAL.matcher(master);
    if (local.matches()) {
      // One process, which spark.executor.cores is not about.
      String cores = local.group(1);
      return cores == null ? 1 : cores.equals("*") ? processors : Integer.parseInt(cores);
    }
    if (conf.contains(SET)) {
      return conf.getInt(SET, processors);
    }
    Matcher cluster = LOCAL_CLUSTER.matcher(master);
    if (cluster.matches()) {
      return Integer.parseInt(cluster.group(1));
    }
    // YARN and Kubernetes give one core unless asked for more, a standalone worker all it has.
    return master.startsWith("yarn") || master.startsWith("k8s://") ? 1 : processors;
  }
}
