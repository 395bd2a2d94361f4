package io.turnmill.job.hadoop;

import java.io.IOException;
import java.time.Duration;

/** Further attempts that tests need not wait for. */
public final class Retries {
  private Retries() {}

  /** Tries as often as it takes, and says nothing. */
  public static Retry patient() {
    return new Retry(
        new Retry.Times(Duration.ofNanos(1), Duration.ofNanos(1), Duration.ofSeconds(1)),
        () -> 0,
        time -> {},
        note -> {});
  }

  /** What a store says when it has too much to do. */
  public static void busy() throws IOException {
    throw new IOException("503 Slow Down");
  }
}
