package io.turnmill.job.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model is fetched once, whoever wants it. */
class FetchingTest {
  @TempDir Path temp;

  private OneFetch one;

  @BeforeEach
  void publish() throws IOException {
    one = new OneFetch(temp);
  }

  @Test
  void whatIsNeededIsFetchedOnceAndAgainOnlyWhenItChanged() throws IOException {
    try (CachedFolder fetched = one.fetch()) {
      one.assertSame(fetched.path());
      assertThat(fetched.path().resolve("README.md")).doesNotExist();
      assertThat(one.model().bytesRead()).isEqualTo(PublishedModel.ALL);
      assertThat(names(fetched.path()))
          .containsExactly(
              ".used",
              "1_Pooling",
              "config.json",
              "fetched.json",
              "model.safetensors",
              "tokenizer.json");
    }
    try (CachedFolder again = one.fetch()) {
      one.assertSame(again.path());
      assertThat(one.model().bytesRead()).isEqualTo(PublishedModel.ALL);
    }
    Path config = one.model().path().resolve("config.json");
    Files.setLastModifiedTime(config, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    try (CachedFolder changed = one.fetch()) {
      one.assertSame(changed.path());
      assertThat(one.model().bytesRead()).isEqualTo(2 * PublishedModel.ALL);
    }
  }

  @Test
  void severalThreadsFetchTheSame() throws IOException {
    try (CachedFolder fetched = one.cache(4).fetch(one.model().source(), new Configuration())) {
      one.assertSame(fetched.path());
      assertThat(one.model().bytesRead()).isEqualTo(PublishedModel.ALL);
    }
  }

  @Test
  void theRecordSaysWhereItIsFromWithoutThePassword() throws IOException {
    String uri = one.model().uri().replace("teststore://", "teststore://me:hidden@");
    ModelSource source = ModelSource.list(uri, new Configuration());
    assertThat(source.key()).isNotEqualTo(one.model().source().key());
    assertThat(source.toString()).doesNotContain("hidden");
    try (CachedFolder fetched = one.cache().fetch(source, new Configuration())) {
      assertThat(Files.readString(fetched.path().resolve("fetched.json")))
          .contains("teststore://***@", "model.safetensors", "\"sizeBytes\" : 300000")
          .doesNotContain("hidden");
    }
  }

  @Test
  void aFileThatSomebodyTidiedUpIsFetchedAgain() throws IOException {
    try (CachedFolder fetched = one.fetch()) {
      Files.delete(fetched.path().resolve("tokenizer.json"));
    }
    try (CachedFolder again = one.fetch()) {
      one.assertSame(again.path());
    }
    assertThat(one.model().bytesRead()).isEqualTo(PublishedModel.ALL + 70_000);
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
                            return one.fetch();
                          }))
              .limit(4)
              .toList();
      for (Future<CachedFolder> fetched : all) {
        one.assertSame(fetched.get().path());
        fetched.get().close();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(one.model().bytesRead()).isEqualTo(PublishedModel.ALL);
  }

  @Test
  void processesThatWantTheSameFetchItOnce() throws Exception {
    Path reads = temp.resolve("reads");
    CacheFolder.secured(temp.resolve("cache"));
    List<Process> processes =
        List.of(
            FetchForTests.start(one.model(), temp.resolve("cache"), reads),
            FetchForTests.start(one.model(), temp.resolve("cache"), reads));
    for (Process process : processes) {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
    }
    long bytes =
        Files.readAllLines(reads).stream()
            .mapToLong(line -> Long.parseLong(line.split(" ", -1)[1]))
            .sum();
    assertThat(bytes).isEqualTo(PublishedModel.ALL);
    try (CachedFolder fetched = one.fetch()) {
      one.assertSame(fetched.path());
    }
  }

  @Test
  void aKilledProcessLeavesItsCompleteFilesToTheNext() throws Exception {
    Path reads = temp.resolve("reads");
    CacheFolder.secured(temp.resolve("cache"));
    Process process =
        FetchForTests.start(one.model(), temp.resolve("cache"), reads, FetchForTests.HALT);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(137);

    try (CachedFolder fetched = one.fetch()) {
      one.assertSame(fetched.path());
    }
    assertThat(one.model().bytesRead()).isEqualTo(PublishedModel.ALL - 2_000);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
