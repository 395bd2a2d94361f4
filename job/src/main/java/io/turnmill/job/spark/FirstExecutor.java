package io.turnmill.job.spark;

import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Spark waits for ever for what a cluster cannot give, such as more memory or GPUs than any worker
 * has. Turnmill waits for a while.
 */
public final class FirstExecutor {
  /** What an executor asks for, as far as it is set. */
  private static final List<String> ASKED =
      List.of(
          "spark.cores.max",
          "spark.executor.cores",
          "spark.executor.memory",
          "spark.executor.resource.gpu.amount",
          "spark.task.cpus",
          "spark.task.resource.gpu.amount");

  private FirstExecutor() {}

  /**
   * Runs an empty task: with dynamic allocation no executor comes before a task waits for it.
   *
   * @param seconds to wait; 0: for ever
   * @throws SetupException when none came in time
   */
  public static void await(SparkSession spark, int seconds) {
    if (seconds == 0 || spark.sparkContext().isLocal()) {
      return;
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaFutureAction<Long> task = context.parallelize(List.of(0), 1).countAsync();
    try {
      task.get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new SetupException(none(context.getConf(), seconds));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(e);
    } catch (ExecutionException e) {
      throw failed(e.getCause());
    }
  }

  private static UncheckedIOException failed(Throwable cause) {
    return new UncheckedIOException(
        new IOException("The cluster could not run an empty task.", cause));
  }

  private static String none(SparkConf conf, int seconds) {
    String asked =
        ASKED.stream()
            .filter(conf::contains)
            .map(name -> name + " = " + conf.get(name))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "limits.max_start_seconds: the cluster gave no executor within %d seconds. Either others"
            + " hold it, or no worker has what was asked for (%s). Ask for less, or wait longer.",
        seconds,
        asked.isEmpty() ? "Spark's defaults" : asked);
  }
}
