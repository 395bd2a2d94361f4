package io.turnmill.job.infer;

import java.time.Duration;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/**
 * Whether Spark has killed a task. It marks the task and leaves its thread alone, as an interrupt
 * would hurt clients of HDFS; so whoever waits in a task looks now and then.
 */
final class TaskKill {
  /** How long one may wait without a look. */
  static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final TaskContext task;

  TaskKill(TaskContext task) {
    this.task = task;
  }

  /**
   * @throws TaskKilledException when the task was killed, which ends it
   */
  void check() {
    if (task.isInterrupted()) {
      throw new TaskKilledException("killed while its sessions were computed");
    }
  }
}
