package io.turnmill.job.quarantine;

import java.io.Serializable;
import java.util.UUID;

/**
 * One Spark job over all buckets that are left. Its tasks are over before the next job begins.
 *
 * @param driver random, of the process that runs the jobs
 * @param number from 0
 */
public record JobAttempt(String driver, int number) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The first job of a process. */
  public static JobAttempt first() {
    return new JobAttempt(
        UUID.randomUUID().toString().replace("-", "").substring(0, 16), /* number= */ 0);
  }

  /** The next job of the same process. */
  public JobAttempt next() {
    return new JobAttempt(driver, number + 1);
  }
}
