package io.turnmill.job.executor;

import java.time.Duration;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/**
 * Whether Spark has killed a task. It marks the task and leaves its thread alone, as an interrupt
 * would hurt clients of HDFS; so code that waits in a task looks now and then.
 */
public final class TaskKill {
  /** How long code may wait without a look. */
  public static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final TaskContext task;

  public TaskKill(TaskContext task) {
    this.task = task;
  }

  /**
   * Ends the task if Spark has killed it.
   *
   * @throws TaskKilledException when the task was killed, which ends it
   */
  public void check() {
    if (task.isInterrupted()) {
      throw new TaskKilledException("killed while its sessions were computed");
    }
  }
}
