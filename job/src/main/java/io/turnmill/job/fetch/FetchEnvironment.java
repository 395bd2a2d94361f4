package io.turnmill.job.fetch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
 * @param pieceBytes what is fetched, checked and, when a process dies, lost at once
 * @param threads pieces under way at once
 */
record Means(
    Clock clock, Sleeper sleeper, ToLongFunction<Path> freeBytes, int pieceBytes, int threads) {
  private static final int PIECE_BYTES = 64 << 20;

  /** Object stores give a connection far less than a host's network takes. */
  private static final int THREADS = 6;

  @FunctionalInterface
  interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
  }

  static Means ofThisHost() {
    return new Means(
        Clock.systemUTC(),
        time -> Thread.sleep(time.toMillis()),
        Means::freeBytes,
        PIECE_BYTES,
        THREADS);
  }

  private static long freeBytes(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
