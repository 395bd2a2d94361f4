package io.turnmill.job.read;

import static io.turnmill.job.read.RecordsForTests.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.testing.InputsForTests;
import io.turnmill.job.testing.Retries;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that fails is no damage of a file, unless it says that the file is gone. */
class StoreFaultsTest {
  private static final int RECORDS = 3000;

  private final MeasuredStore.Content store = MeasuredStore.named("faults");

  @TempDir Path dir;

  private static String lines() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < RECORDS; i++) {
      lines.append("{\"a\":").append(i).append("}\n");
    }
    return lines.toString();
  }

  private List<DecodedRecord> read(String name, Retry retry) {
    List<InputFile> files =
        InputFiles.list(MeasuredStore.conf(), InputsForTests.of(store.path() + "/" + name));
    List<DecodedRecord> records = new ArrayList<>();
    try (SplitRecords split =
        new SplitRecords(files.get(0).whole(), MeasuredStore.conf(), 1000, Set.of("a"), retry)) {
      split.forEachRemaining(records::add);
    }
    return records;
  }

  /** Every fifth request fails. */
  private void failNowAndThen() {
    AtomicInteger requests = new AtomicInteger();
    store.read =
        path -> {
          if (requests.incrementAndGet() % 5 == 0) {
            throw new SocketTimeoutException("Read timed out");
          }
        };
  }

  @Test
  void everyRecordIsReadOnceThoughTheStoreFailsNowAndThen() {
    store.put("a.jsonl", bytes(lines()));
    failNowAndThen();
    assertThat(RecordsForTests.good(read("a.jsonl", Retries.patient())))
        .extracting(record -> ((Number) record.get("a")).intValue())
        .hasSize(RECORDS)
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void parquetIsReadThoughTheStoreFailsNowAndThen() throws IOException {
    Path file = dir.resolve("a.parquet");
    ParquetForTests.messages(file, "int32 a", List.of(1, 2, 3));
    store.put("a.parquet", Files.readAllBytes(file));
    failNowAndThen();
    assertThat(RecordsForTests.good(read("a.parquet", Retries.patient()))).hasSize(3);
  }

  @Test
  void aStoreThatGoesOnFailingEndsTheRunWithTheFilesName() {
    store.put("a.jsonl", bytes(lines()));
    store.read = path -> Retries.BUSY.fail();
    assertThatThrownBy(() -> read("a.jsonl", Retry.never()))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining("in/a.jsonl cannot be read at the moment")
        .hasMessageContaining("503 Slow Down");
  }

  @Test
  void aFileThatIsGoneIsLost() {
    store.put("a.jsonl", bytes(lines()));
    store.open = path -> store.remove("a.jsonl");
    assertLost("it is no longer there");
  }

  @Test
  void aFileThatIsThereIsNotLostBecauseItCannotBeOpenedNow() {
    store.put("a.jsonl", bytes(lines()));
    store.open = sometimes(new FileNotFoundException("/in/a.jsonl (Too many open files)"));
    assertThat(RecordsForTests.good(read("a.jsonl", Retries.patient()))).hasSize(RECORDS);
    assertThatThrownBy(() -> read("a.jsonl", Retry.never()))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining("cannot be read at the moment")
        .hasMessageContaining("(Too many open files)");
  }

  /** Fails, and does not with every second request. */
  private static MeasuredStore.Within sometimes(IOException failure) {
    AtomicInteger requests = new AtomicInteger();
    return path -> {
      if (requests.getAndIncrement() % 2 == 0) {
        throw failure;
      }
    };
  }

  @Test
  void aRefusalIsNoDamageAndEndsTheRun() {
    store.put("a.jsonl", bytes(lines()));
    store.open =
        path -> {
          throw new AccessControlException("no");
        };
    assertDenied(store.path() + "/a.jsonl");
  }

  @Test
  void aLocalFileThatMayNotBeReadIsNotGone() throws IOException {
    Path file = Files.writeString(dir.resolve("a.jsonl"), "{}");
    Files.setPosixFilePermissions(file, Set.of());
    assumeFalse(Files.isReadable(file), "nothing is forbidden to this user");
    assertDenied(file.toString());
  }

  private static void assertDenied(String path) {
    InputFile file = InputFiles.list(MeasuredStore.conf(), InputsForTests.of(path)).get(0);
    try (SplitRecords split =
        new SplitRecords(
            file.whole(), MeasuredStore.conf(), 1000, Set.of("a"), Retries.patient())) {
      assertThatThrownBy(split::hasNext)
          .isInstanceOf(UnreadableFileException.class)
          .hasMessageContaining("a.jsonl may not be read: permission is denied");
    }
  }

  @Test
  void aFileOfWhichHdfsHasNoCopyIsLostWhenNoMachineCameBack() {
    store.put("a.jsonl", bytes(lines()));
    BlockMissingException missing = new BlockMissingException("/in/a.jsonl", "no nodes", 0);
    store.read = sometimes(missing);
    assertThat(RecordsForTests.good(read("a.jsonl", Retries.patient()))).hasSize(RECORDS);
    store.read =
        path -> {
          throw missing;
        };
    assertLost("HDFS has no copy of a part of it", Retry.never());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.jsonl", "a.parquet"})
  void whateverAConnectorThrowsIsAFailureOfTheStore(String name) throws IOException {
    Path file = dir.resolve("a.parquet");
    ParquetForTests.messages(file, "int32 a", List.of(1));
    store.put(name, name.endsWith("t") ? Files.readAllBytes(file) : bytes("{\"a\":1}"));
    for (RuntimeException thrown :
        List.of(
            new UncheckedIOException(new IOException("reset")),
            new IllegalStateException("the pool was shut down"))) {
      AtomicInteger requests = new AtomicInteger();
      store.read =
          path -> {
            if (requests.getAndIncrement() % 2 == 0) {
              throw thrown;
            }
          };
      store.opens.set(0);
      store.closes.set(0);
      assertThat(RecordsForTests.good(read(name, Retries.patient()))).hasSize(1);
      assertThat(store.closes.get()).isEqualTo(store.opens.get()).isGreaterThan(1);
      requests.set(0);
      assertThatThrownBy(() -> read(name, Retry.never()))
          .isInstanceOf(UnreadableFileException.class)
          .hasMessageContaining("cannot be read at the moment")
          .hasMessageContaining(thrown.getMessage().replaceAll(".*: ", ""));
    }
  }

  @Test
  void aSplitThatBeginsInDamageLeavesNothingOpen() {
    store.put("a.jsonl", bytes("{}\n" + "\0".repeat(4096)));
    InputFile file =
        InputFiles.list(MeasuredStore.conf(), InputsForTests.of(store.path() + "/a.jsonl")).get(0);
    try (SplitRecords split =
        new SplitRecords(
            file.piece(8, 1024), MeasuredStore.conf(), 1000, Set.of("a"), Retry.never())) {
      assertThat(SplitRecords.isUnreadable(split.next())).isTrue();
    }
    assertThat(store.opens).hasValue(1);
    assertThat(store.closes).hasValue(1);
  }

  @Test
  void aFolderThatMayNotBeListedIsNamedBeforeAnythingIsRead() {
    store.put("b/a.jsonl", bytes("{}"));
    store.listing =
        path -> {
          throw new AccessControlException("Permission denied: " + path);
        };
    assertThatThrownBy(
            () ->
                InputFiles.list(
                    MeasuredStore.conf(), InputsForTests.of(store.path()), Retries.patient()))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "input.paths: measured://faults/in cannot be read: Permission denied: measured://faults/in");
  }

  @Test
  void aFileThatBecameShorterIsLost() {
    store.put("a.jsonl", bytes(lines()));
    store.open = path -> store.put("a.jsonl", bytes("{\"a\":0}\n"));
    assertLost("it is shorter than when it was listed");
  }

  private void assertLost(String reason) {
    assertLost(reason, Retries.patient());
  }

  private void assertLost(String reason, Retry retry) {
    List<DecodedRecord> records = read("a.jsonl", retry);
    assertThat(records.get(records.size() - 1))
        .isInstanceOfSatisfying(
            DecodedRecord.Broken.class, broken -> assertThat(broken.detail()).isEqualTo(reason));
  }
}
