package io.turnmill.job.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What {@link AtomicCreate} promises, to be asked of any file system. */
final class AtomicCreates {
  private static final int CALLERS = 8;
  private static final int BYTES = 4000;

  private AtomicCreates() {}

  /** Makes a file, and says whether this call made it. */
  interface Creator {
    boolean create(Path path, byte[] content) throws IOException;
  }

  /**
   * Many make the same file at the same moment, again and again, while others read it.
   *
   * @param folder which is not there yet
   */
  static void oneOfManyWinsAndReadersSeeNoPart(FileSystem files, Path folder, int rounds)
      throws Exception {
    race(files, folder, rounds, (path, content) -> AtomicCreate.create(files, path, content));
    Set<String> names =
        Arrays.stream(files.listStatus(folder))
            .map(FileStatus::getPath)
            .map(Path::getName)
            .collect(Collectors.toSet());
    assertThat(names)
        .isEqualTo(
            IntStream.range(0, rounds).mapToObj(AtomicCreates::name).collect(Collectors.toSet()));
  }

  static void race(FileSystem files, Path folder, int rounds, Creator creator) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS + 1);
    try {
      for (int round = 0; round < rounds; round++) {
        Path path = new Path(folder, name(round));
        AtomicBoolean done = new AtomicBoolean();
        Future<Set<String>> seen = threads.submit(() -> reads(files, path, done));
        CyclicBarrier start = new CyclicBarrier(CALLERS);
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int caller = 0; caller < CALLERS; caller++) {
          byte[] content = content(caller);
          calls.add(
              () -> {
                start.await();
                return creator.create(path, content);
              });
        }
        List<Integer> winners = new ArrayList<>();
        List<Future<Boolean>> answers = threads.invokeAll(calls);
        for (int caller = 0; caller < CALLERS; caller++) {
          if (answers.get(caller).get()) {
            winners.add(caller);
          }
        }
        done.set(true);
        assertThat(winners).hasSize(1);
        byte[] expected = content(winners.get(0));
        assertThat(read(files, path)).isEqualTo(expected);
        assertThat(seen.get()).isSubsetOf(new String(expected, StandardCharsets.US_ASCII));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static String name(int round) {
    return "entry-" + round + ".json";
  }

  private static byte[] content(int caller) {
    return ("caller " + caller + " ").repeat(BYTES / 9).getBytes(StandardCharsets.US_ASCII);
  }

  /** What a reader finds there, as long as others write. */
  private static Set<String> reads(FileSystem files, Path path, AtomicBoolean done)
      throws IOException {
    Set<String> seen = new HashSet<>();
    while (!done.get()) {
      try {
        seen.add(new String(read(files, path), StandardCharsets.US_ASCII));
      } catch (FileNotFoundException e) {
        // It is not there yet.
      }
    }
    return seen;
  }

  static byte[] read(FileSystem files, Path path) throws IOException {
    try (InputStream in = files.open(path)) {
      return in.readAllBytes();
    }
  }
}
