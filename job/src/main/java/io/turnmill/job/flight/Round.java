package io.turnmill.job.flight;

import java.io.Serializable;
import java.util.UUID;

/**
 * One Spark job over all buckets that are left: its tasks are over before the next round begins.
 *
 * @param driver random, of the process that runs the rounds
 * @param number from 0
 */
public record Round(String driver, int number) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The first round of a process. */
  public static Round first() {
    return new Round(
        UUID.randomUUID().toString().replace("-", "").substring(0, 16), /* number= */ 0);
  }

  public Round next() {
    return new Round(driver, number + 1);
  }
}
