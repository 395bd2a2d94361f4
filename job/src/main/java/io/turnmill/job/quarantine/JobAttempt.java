package io.turnmill.job.quarantine;

import java.io.Serializable;
import java.util.UUID;

/**
 * One Spark job over all buckets that are left: its tasks are over before the next round begins.
 *
 * @param driver random, of the process that runs the rounds
 * @param number from 0
 */
public record JobAttempt(String driver, int number) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The first round of a process. */
  public static JobAttempt first() {
    return new JobAttempt(
        UUID.randomUUID().toString().replace("-", "").substring(0, 16), /* number= */ 0);
  }

  public JobAttempt next() {
    return new JobAttempt(driver, number + 1);
  }
}
