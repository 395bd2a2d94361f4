package io.turnmill.job;

import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.JavaSparkStatusTracker;

/** Tasks of Spark jobs that are over: Spark asks them to end, and does not wait for it. */
final class JobTasks {
  /** Tasks look ten times a second whether they are to end; a model's step may last for seconds. */
  private static final long LONGEST_SECONDS = 60;

  private static final long LOOK_AGAIN_MILLIS = 50;

  private JobTasks() {}

  /** Waits until no task of a group of jobs runs any more, or for a minute. */
  static void awaitEnd(JavaSparkContext context, String group) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (isRunning(context.statusTracker(), group) && System.nanoTime() < end) {
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static boolean isRunning(JavaSparkStatusTracker status, String group) {
    for (int job : status.getJobIdsForGroup(group)) {
      SparkJobInfo info = status.getJobInfo(job);
      if (info != null) {
        for (int stage : info.stageIds()) {
          SparkStageInfo tasks = status.getStageInfo(stage);
          if (tasks != null && tasks.numActiveTasks() > 0) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
