package io.turnmill.job.testing;

import io.turnmill.job.hadoop.Retry;
import java.io.IOException;
import java.time.Duration;

/** Further attempts that tests need not wait for. */
public final class Retries {
  /** What a store says when it has too much to do. */
  public static final FaultyFiles.Failure BUSY =
      () -> {
        throw new IOException("503 Slow Down");
      };

  private Retries() {}

  /** Tries as often as it takes, and says nothing. */
  public static Retry patient() {
    return new Retry(
        new Retry.Times(Duration.ofNanos(1), Duration.ofNanos(1), Duration.ofSeconds(1)),
        () -> 0,
        time -> {},
        note -> {});
  }
}
