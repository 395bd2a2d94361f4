package io.turnmill.job.read;

import static io.turnmill.job.read.RecordsForTests.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.InputsForTests;
import io.turnmill.job.hadoop.Retries;
import io.turnmill.job.hadoop.Retry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that fails is no damage of a file, unless it says that the file is gone or forbidden. */
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
  void aFileThatIsGoneOrForbiddenIsLost() {
    store.put("a.jsonl", bytes(lines()));
    store.open =
        path -> {
          throw new FileNotFoundException(path.toString());
        };
    assertLost("it is no longer there, or may not be read");
    store.open =
        path -> {
          throw new AccessControlException("no");
        };
    assertLost("it may not be read: permission is denied");
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
    List<DecodedRecord> records = read("a.jsonl", Retries.patient());
    assertThat(records.get(records.size() - 1))
        .isInstanceOfSatisfying(
            DecodedRecord.Broken.class, broken -> assertThat(broken.detail()).isEqualTo(reason));
  }
}
