package io.turnmill.job.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** One folder on its way from a store that fails to a disk that forgets. */
class FetchingTest {
  private static final int PIECE = 50_000;

  @TempDir Path temp;

  private final ConcurrentLinkedQueue<Duration> pauses = new ConcurrentLinkedQueue<>();
  private PublishedModel model;

  @BeforeEach
  void publish(TestInfo test) throws IOException {
    String store = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    model = PublishedModel.in(temp.resolve("published"), store, 1);
  }

  private HostCache cache() throws IOException {
    return cache(1);
  }

  private HostCache cache(int threads) throws IOException {
    return new HostCache(
        CacheFolder.secured(temp.resolve("cache")),
        0,
        new Means(Clock.systemUTC(), pauses::add, folder -> Long.MAX_VALUE, PIECE, threads));
  }

  private CachedFolder fetch() throws IOException {
    return cache().fetch(model.source(), new Configuration());
  }

  private void assertSame(Path fetched) throws IOException {
    for (SourceFile file : model.source().files()) {
      assertThat(fetched.resolve(file.path()))
          .hasSameBinaryContentAs(model.path().resolve(file.path()));
    }
  }

  private Path part() {
    return CacheEntry.part(temp.resolve("cache"), model.source().key());
  }

  @Test
  void whatIsNeededIsFetchedOnceAndAgainOnlyWhenItChanged() throws IOException {
    try (CachedFolder fetched = fetch()) {
      assertSame(fetched.path());
      assertThat(fetched.path().resolve("README.md")).doesNotExist();
      assertThat(model.bytesRead()).isEqualTo(PublishedModel.ALL);
      assertThat(names(fetched.path()))
          .containsExactly(
              ".used",
              "1_Pooling",
              "config.json",
              "fetched.json",
              "model.safetensors",
              "tokenizer.json");
    }
    try (CachedFolder again = fetch()) {
      assertSame(again.path());
      assertThat(model.bytesRead()).isEqualTo(PublishedModel.ALL);
    }
    Path config = model.path().resolve("config.json");
    Files.setLastModifiedTime(config, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    try (CachedFolder changed = fetch()) {
      assertSame(changed.path());
      assertThat(model.bytesRead()).isEqualTo(2 * PublishedModel.ALL);
    }
  }

  @Test
  void severalThreadsFetchTheSame() throws IOException {
    try (CachedFolder fetched = cache(4).fetch(model.source(), new Configuration())) {
      assertSame(fetched.path());
      assertThat(model.bytesRead()).isEqualTo(PublishedModel.ALL);
    }
  }

  @Test
  void theRecordSaysWhereItIsFromWithoutThePassword() throws IOException {
    String uri = model.uri().replace("teststore://", "teststore://me:hidden@");
    ModelSource source = ModelSource.list(uri, new Configuration());
    assertThat(source.key()).isNotEqualTo(model.source().key());
    assertThat(source.toString()).doesNotContain("hidden");
    try (CachedFolder fetched = cache().fetch(source, new Configuration())) {
      assertThat(Files.readString(fetched.path().resolve("fetched.json")))
          .contains("teststore://***@", "model.safetensors", "\"bytes\" : 300000", "piece_crc32c")
          .doesNotContain("hidden");
    }
  }

  @Test
  void anInterruptedFetchGoesOnWithWhatIsMissing() throws IOException {
    failFor("model.safetensors", 150_000);
    assertThatThrownBy(this::fetch)
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("model.safetensors: cannot be read: cable cut");
    assertThat(part()).isDirectory();
    long before = model.bytesRead();
    model.faults().reads = (file, offset, bytes) -> bytes;

    try (CachedFolder fetched = fetch()) {
      assertSame(fetched.path());
    }
    assertThat(model.bytesRead() - before).isEqualTo(PublishedModel.ALL - 150_000 - 2_000);
    assertThat(part()).doesNotExist();
  }

  @Test
  void aTornLineOfTheJournalIsNoLine() throws IOException {
    interruptBehindTwoPieces();
    Path journal = part().resolve(".journal");
    byte[] lines = Files.readAllBytes(journal);
    Files.write(journal, Arrays.copyOf(lines, lines.length - 4));
    assertFetchedBesides(50_000 + 2_000);
  }

  @Test
  void aLineOfTheJournalThatLiesIsNoLine() throws IOException {
    interruptBehindTwoPieces();
    Path journal = part().resolve(".journal");
    Files.writeString(journal, "2 3 00000000 00000000\n", StandardOpenOption.APPEND);
    assertFetchedBesides(100_000 + 2_000);
  }

  @Test
  void aPieceThatRottedOnTheDiskIsFetchedAgain() throws IOException {
    interruptBehindTwoPieces();
    Path file = part().resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[60_000] ^= 1;
    Files.write(file, bytes);
    assertFetchedBesides(50_000 + 2_000);
  }

  @Test
  void aFileOfThePartThatHasAnotherLengthIsFetchedAgain() throws IOException {
    interruptBehindTwoPieces();
    Files.write(part().resolve("model.safetensors"), new byte[7]);
    assertFetchedBesides(2_000);
  }

  @Test
  void brokenConnectionsAndShortReadsAreTriedAgainAfterAWhile() throws IOException {
    AtomicInteger reads = new AtomicInteger();
    model.faults().reads =
        (file, offset, bytes) -> {
          if (reads.incrementAndGet() % 5 == 0) {
            throw new IOException("connection reset");
          }
          return Math.min(bytes, 20_000);
        };
    try (CachedFolder fetched = fetch()) {
      assertSame(fetched.path());
    }
    assertThat(pauses).isNotEmpty().contains(Duration.ofSeconds(1));
  }

  @Test
  void aStoreThatDoesNotComeBackIsGivenUp() {
    model.faults().reads =
        (file, offset, bytes) -> {
          throw new IOException("cable cut at me://user:secret@host");
        };
    assertThatThrownBy(this::fetch)
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("cannot be read: cable cut")
        .hasMessageNotContaining("secret");
    assertThat(pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L);
  }

  @Test
  void whatMayNotBeReadIsNotTriedAgain() {
    model.faults().reads =
        (file, offset, bytes) -> {
          throw new AccessControlException("not yours");
        };
    assertThatThrownBy(this::fetch).hasMessageContaining("not yours");
    assertThat(pauses).isEmpty();
  }

  @Test
  void aFileThatChangedAfterTheListingIsNamed() throws IOException {
    ModelSource source = model.source();
    Files.write(model.path().resolve("tokenizer.json"), new byte[5]);
    assertThatThrownBy(() -> cache().fetch(source, new Configuration()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("tokenizer.json: changed after the run began: it had 70000 bytes")
        .hasMessageContaining("now it has 5");
  }

  @Test
  void aFileThatChangesWhileItIsReadIsNoticed() throws IOException {
    ModelSource source = model.source();
    model.faults().reads =
        (file, offset, bytes) -> {
          Files.setLastModifiedTime(
              model.path().resolve("config.json"),
              FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
          return bytes;
        };
    assertThatThrownBy(() -> cache().fetch(source, new Configuration()))
        .hasMessageContaining("config.json: changed after the run began");
  }

  @Test
  void tagsDecideWhereTheStoreHasThem() throws IOException {
    String[] tag = {"\"one\""};
    model.faults().status =
        status -> {
          try {
            return status.isFile() ? new StoreForTests.Tagged(status, tag[0]) : status;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    ModelSource source = model.source();
    Files.setLastModifiedTime(
        model.path().resolve("config.json"), FileTime.from(Instant.EPOCH)); // touched, not changed
    cache().fetch(source, new Configuration()).close();

    ModelSource same = model.source();
    assertThat(same.key()).isNotEqualTo(source.key());
    tag[0] = "two";
    assertThatThrownBy(() -> cache().fetch(same, new Configuration()))
        .hasMessageContaining("changed after the run began");
  }

  @Test
  void aFileThatWasDeletedIsNamed() throws IOException {
    ModelSource source = model.source();
    Files.delete(model.path().resolve("tokenizer.json"));
    assertThatThrownBy(() -> cache().fetch(source, new Configuration()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("tokenizer.json: was deleted after the run began");
  }

  @Test
  void aFileThatEndsEarlyIsNamed() {
    model.faults().reads =
        (file, offset, bytes) -> file.equals("model.safetensors") && offset >= 200_000 ? -1 : bytes;
    assertThatThrownBy(this::fetch)
        .isInstanceOf(SetupException.class)
        .hasMessageContaining(
            "model.safetensors: cannot be read: its reads end before byte 300000");
  }

  @Test
  void anEntryThatSomebodyTidiedUpIsFetchedAgain() throws IOException {
    try (CachedFolder fetched = fetch()) {
      Files.delete(fetched.path().resolve("tokenizer.json"));
    }
    try (CachedFolder again = fetch()) {
      assertSame(again.path());
    }
    assertThat(model.bytesRead()).isEqualTo(2 * PublishedModel.ALL);
  }

  @Test
  void threadsThatWantTheSameFetchItOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    CyclicBarrier together = new CyclicBarrier(4);
    try {
      List<Future<CachedFolder>> all =
          Stream.generate(
                  () ->
                      threads.submit(
                          () -> {
                            together.await();
                            return fetch();
                          }))
              .limit(4)
              .toList();
      for (Future<CachedFolder> one : all) {
        assertSame(one.get().path());
        one.get().close();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(model.bytesRead()).isEqualTo(PublishedModel.ALL);
  }

  @Test
  void processesThatWantTheSameFetchItOnce() throws Exception {
    Path reads = temp.resolve("reads");
    CacheFolder.secured(temp.resolve("cache"));
    List<Process> processes =
        List.of(
            FetchForTests.start(model, temp.resolve("cache"), reads),
            FetchForTests.start(model, temp.resolve("cache"), reads));
    for (Process process : processes) {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
    }
    long bytes =
        Files.readAllLines(reads).stream()
            .mapToLong(line -> Long.parseLong(line.split(" ", -1)[1]))
            .sum();
    assertThat(bytes).isEqualTo(PublishedModel.ALL);
    try (CachedFolder fetched = fetch()) {
      assertSame(fetched.path());
    }
  }

  @Test
  void aKilledProcessLeavesItsPiecesToTheNext() throws Exception {
    Path reads = temp.resolve("reads");
    CacheFolder.secured(temp.resolve("cache"));
    Process process =
        FetchForTests.start(model, temp.resolve("cache"), reads, FetchForTests.HALT_BEHIND);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(137);

    try (CachedFolder fetched = fetch()) {
      assertSame(fetched.path());
    }
    assertThat(model.bytesRead()).isLessThanOrEqualTo(PublishedModel.ALL - 100_000);
  }

  private void interruptBehindTwoPieces() {
    failFor("model.safetensors", 100_000);
    assertThatThrownBy(this::fetch).isInstanceOf(SetupException.class);
    model.faults().reads = (file, offset, bytes) -> bytes;
    model.faults().bytesRead.set(0);
  }

  private void assertFetchedBesides(long there) throws IOException {
    try (CachedFolder fetched = fetch()) {
      assertSame(fetched.path());
    }
    assertThat(model.bytesRead()).isEqualTo(PublishedModel.ALL - there);
  }

  /** One file cannot be read from a place on. */
  private void failFor(String name, long from) {
    model.faults().reads =
        (file, offset, bytes) -> {
          if (file.equals(name) && offset >= from) {
            throw new IOException("cable cut");
          }
          return bytes;
        };
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
