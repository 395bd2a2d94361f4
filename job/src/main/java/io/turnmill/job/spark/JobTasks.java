package io.turnmill.job.spark;

import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.JavaSparkStatusTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for tasks of Spark jobs that were given up: Spark asks them to end, and does not wait for
 * it.
 */
public final class JobTasks {
  private static final Logger LOG = LoggerFactory.getLogger(JobTasks.class);

  /**
   * A task looks ten times a second whether it should end, but loading a model, or one step of it,
   * may take minutes. A task that has not ended by then counts as dead.
   */
  private static final long LONGEST_SECONDS = 600;

  private static final long SAID_EVERY_SECONDS = 60;

  private static final long LOOK_AGAIN_MILLIS = 50;

  private JobTasks() {}

  /** Waits until no task of a group of jobs runs any more, or for ten minutes. */
  public static void awaitEnd(JavaSparkContext context, String group) {
    long begun = System.nanoTime();
    long said = 0;
    while (isRunning(context.statusTracker(), group)) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
      if (seconds >= LONGEST_SECONDS) {
        LOG.warn("Tasks that were to end did not within {} s; they count as dead.", seconds);
        return;
      }
      if (seconds >= said + SAID_EVERY_SECONDS) {
        said = seconds;
        LOG.warn("For {} s tasks that were to end have not ended; waiting for them.", seconds);
      }
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
