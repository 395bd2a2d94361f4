package io.turnmill.job.executor;

import org.apache.spark.SparkEnv;

/** What is known of the process in which a task runs. */
public final class ExecutorProcess {
  /** Spark looks this deep for an error that must end the process. */
  private static final int DEPTH = 5;

  private ExecutorProcess() {}

  /** Whether Spark runs in one process. */
  public static boolean isDriver() {
    SparkEnv env = SparkEnv.get();
    return env == null || env.executorId().equals("driver");
  }

  /**
   * Whether Spark ends the process of a task that failed with this error: without memory the
   * process cannot continue. Spark's own complaint that its share of the memory is used up is not
   * such an error.
   */
  public static boolean endsWith(Throwable error) {
    Throwable cause = error;
    for (int depth = 0; cause != null && depth < DEPTH; depth++, cause = cause.getCause()) {
      if (cause instanceof VirtualMachineError
          && !cause.getClass().getName().startsWith("org.apache.spark.")) {
        return true;
      }
    }
    return false;
  }
}
