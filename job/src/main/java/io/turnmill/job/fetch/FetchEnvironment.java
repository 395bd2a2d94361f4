package io.turnmill.job.fetch;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.ToLongFunction;

/**
 * What fetching needs from the machine; tests give other values.
 *
 * @param clock tells the time at which an entry is used
 * @param sleeper waits before a read is tried again
 * @param freeBytes tells the free bytes of the disk that holds a folder
 * @param rangeBytes how many bytes of a file one thread fetches at once
 * @param threads how many ranges are fetched at the same time
 */
record FetchEnvironment(
    Clock clock, Sleeper sleeper, ToLongFunction<Path> freeBytes, int rangeBytes, int threads) {
  private static final int RANGE_BYTES = 64 << 20;

  /**
   * Several threads, because an object store sends much less on one connection than a network can
   * carry.
   */
  private static final int THREADS = 6;

  @FunctionalInterface
  interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
  }

  static FetchEnvironment ofThisHost() {
    return new FetchEnvironment(
        Clock.systemUTC(),
        time -> Thread.sleep(time.toMillis()),
        folder -> folder.toFile().getUsableSpace(),
        RANGE_BYTES,
        THREADS);
  }
}
