package io.turnmill.job.fetch;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.ToLongFunction;

/**
 * What fetching takes from the machine, so that tests can give it something else.
 *
 * @param clock says when an entry was used
 * @param sleeper waits before something is tried again
 * @param freeBytes of the disk that holds a folder
 * @param rangeBytes of a file that one thread fetches at once
 * @param threads ranges that are fetched at the same time
 */
record FetchEnvironment(
    Clock clock, Sleeper sleeper, ToLongFunction<Path> freeBytes, int rangeBytes, int threads) {
  private static final int RANGE_BYTES = 64 << 20;

  /** Object stores give a connection far less than a host's network takes. */
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
