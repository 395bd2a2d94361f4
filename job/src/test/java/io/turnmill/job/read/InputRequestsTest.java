package io.turnmill.job.read;

import static io.turnmill.job.read.RecordsForTests.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.InputConfig;
import io.turnmill.job.testing.InputsForTests;
import io.turnmill.job.testing.Retries;
import io.turnmill.session.RejectionCode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How often a store is asked before an archive is read, and how many questions wait at once. */
class InputRequestsTest {
  /** Of those that {@link InputFiles} has under way at once, what a test waits for. */
  private static final int AT_ONCE = 8;

  private static List<InputFile> list(MeasuredStore.Content store) {
    return InputFiles.list(
        MeasuredStore.conf(), InputsForTests.of(store.path()), Retries.patient());
  }

  private static MeasuredStore.Content store(int folders, int filesInEach, String ending) {
    MeasuredStore.Content store = MeasuredStore.named("s" + folders + "x" + filesInEach + ending);
    for (int folder = 0; folder < folders; folder++) {
      for (int file = 0; file < filesInEach; file++) {
        store.put(
            String.format(Locale.ROOT, "day=%03d/%05d%s", folder, file, ending),
            bytes("{\"a\":1}\n"));
      }
    }
    return store;
  }

  @Test
  void aHundredThousandSmallFilesAreListedWithOneRequestForEachFolder() {
    MeasuredStore.Content store = store(100, 1000, ".json");
    assertThat(list(store)).hasSize(100_000);
    assertThat(store.opens).hasValue(0);
    assertThat(store.listings).hasValue(101);
    // At 40 ms each and 32 at once: less than half a second of waiting.
    assertThat(store.requests()).isLessThan(110);
  }

  @Test
  void ofAHundredThousandWithoutAnEndingOneOfEachFolderIsLookedInto() {
    MeasuredStore.Content store = store(100, 1000, "");
    assertThat(list(store)).hasSize(100_000);
    assertThat(store.opens).hasValue(100);
  }

  @Test
  void thousandsOfFoldersWithOneFileEachAreLookedIntoHereAndThere() {
    MeasuredStore.Content store = store(5000, 1, "");
    assertThat(list(store)).hasSize(5000);
    assertThat(store.opens.get()).isBetween(900, 1024);
  }

  @Test
  void foldersAreListedAtOnce() throws Exception {
    MeasuredStore.Content store = store(AT_ONCE, 1, ".jsonl");
    CountDownLatch listed = new CountDownLatch(AT_ONCE);
    store.listing = path -> meet(path.getName().startsWith("day="), listed);
    assertThat(list(store)).hasSize(AT_ONCE);
  }

  @Test
  void foldersThatAGlobMatchesAreListedAtOnce() throws Exception {
    MeasuredStore.Content store = store(AT_ONCE, 2, ".csv");
    CountDownLatch listed = new CountDownLatch(AT_ONCE);
    store.listing = path -> meet(path.getName().startsWith("day="), listed);
    InputConfig glob = InputsForTests.of(store.path() + "/day=*/*1.csv");
    assertThat(InputFiles.list(MeasuredStore.conf(), glob, Retries.patient())).hasSize(AT_ONCE);
  }

  @Test
  void filesAreLookedIntoAtOnce() throws Exception {
    MeasuredStore.Content store = store(1, AT_ONCE, "");
    CountDownLatch opened = new CountDownLatch(AT_ONCE);
    store.open = path -> meet(true, opened);
    assertThat(list(store)).hasSize(AT_ONCE);
  }

  /** Comes back when all are there, and fails when they do not come. */
  private static void meet(boolean waits, CountDownLatch all) throws IOException {
    if (!waits) {
      return;
    }
    all.countDown();
    try {
      if (!all.await(30, TimeUnit.SECONDS)) {
        throw new FileNotFoundException("the others were not asked for meanwhile");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void hiddenFoldersAreNotListed() {
    MeasuredStore.Content store = MeasuredStore.named("hidden");
    store.put("1.jsonl", bytes("{}"));
    store.put("_temporary/0/2.jsonl", bytes("{}"));
    store.put(".trash/3.jsonl", bytes("{}"));
    assertThat(list(store)).hasSize(1);
    assertThat(store.listings).hasValue(1);
  }

  @Test
  void aStoreThatIsBusyIsAskedAgain() {
    MeasuredStore.Content store = store(3, 2, ".csv");
    AtomicInteger failures = new AtomicInteger(5);
    store.listing =
        path -> {
          if (failures.getAndDecrement() > 0) {
            Retries.BUSY.fail();
          }
        };
    assertThat(list(store)).hasSize(6);
  }

  @Test
  void onlyJsonThatMayBeCutIsLookedIntoBeforeItIsRead() {
    MeasuredStore.Content store = MeasuredStore.named("large");
    byte[] lines = bytes("{\"a\":1}\n".repeat(1 << 20));
    byte[] list = bytes("[" + "{\"a\":1},\n".repeat(1 << 20) + "{}]");
    store.put("a.json", lines);
    store.put("b.json", list);
    store.put("c.json", bytes("[]"));
    assertThat(list(store))
        .extracting(InputFile::format)
        .containsExactly(FileFormat.JSON_LINES, FileFormat.JSON_ELEMENTS, FileFormat.JSON);
    assertThat(store.opens).hasValue(2);
  }

  @Test
  void whatHoldsNoArchiveIsFoundBeforeAnythingIsRead() {
    MeasuredStore.Content store = store(1, 3, "");
    store.put("day=000/README", bytes("How to read this"));
    assertThatThrownBy(() -> list(store))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("README is told neither by its name nor by its first bytes");
  }

  @Test
  void aThousandProblemsAreTwentyOneSentences() {
    Object[] paths = IntStream.range(0, 1000).mapToObj(i -> "measured://none/" + i).toArray();
    MeasuredStore.named("none");
    assertThatThrownBy(() -> InputFiles.list(MeasuredStore.conf(), InputsForTests.of(paths)))
        .isInstanceOfSatisfying(
            InputException.class,
            e ->
                assertThat(e.problems())
                    .hasSize(21)
                    .last()
                    .isEqualTo("input.paths: and 980 more that cannot be used"));
  }

  @Test
  void eachFileOfAMixedFolderIsReadAsWhatItIsThoughOneWasLookedInto() throws IOException {
    MeasuredStore.Content store = store(1, 2000, "");
    store.put("day=000/90001", bytes("[{\"a\":2},\n {\"a\":3}]"));
    store.put("day=000/90002", bytes("{\n \"a\": 4\n}"));
    store.put("day=000/90003", bytes("hello"));
    store.put("day=000/90004", bytes(""));
    store.put("day=000/90005.json", bytes("[{\"a\":5}]"));
    store.put("day=000/90006.json", bytes("{\"a\":6}\n{\"a\":7}\n"));
    store.put("day=000/90007.json", bytes("PAR1"));
    List<InputFile> files = list(store);
    assertThat(store.opens).hasValue(1);
    store.opens.set(0);

    List<DecodedRecord> records = new ArrayList<>();
    for (InputFile file : files.subList(2000, files.size())) {
      try (SplitRecords split =
          new SplitRecords(file.whole(), MeasuredStore.conf(), 1000, Set.of(), Retries.patient())) {
        split.forEachRemaining(records::add);
      }
    }
    assertThat(RecordsForTests.good(records))
        .extracting(record -> ((Number) record.get("a")).intValue())
        .containsExactly(2, 3, 4, 5, 6, 7);
    assertThat(RecordsForTests.codes(records))
        .containsExactly(RejectionCode.UNREADABLE_FILE, RejectionCode.UNREADABLE_FILE);
    assertThat(details(records))
        .containsExactly(
            "its format is told neither by its name nor by its first bytes",
            "its format is Parquet, and it is to be read as JSON");
    // Each is opened once, to look and to read.
    assertThat(store.opens).hasValue(7);
  }

  private static List<String> details(List<DecodedRecord> records) {
    return records.stream()
        .filter(DecodedRecord.Broken.class::isInstance)
        .map(record -> ((DecodedRecord.Broken) record).detail())
        .toList();
  }
}
