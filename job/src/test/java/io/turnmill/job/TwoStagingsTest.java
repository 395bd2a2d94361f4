package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.Assignment;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SettingsLoader;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.read.Archive;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.run.Staging;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.job.testing.StagedForTests;
import io.turnmill.job.write.Ledger;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.RunLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose lock was broken while it staged, and the one that broke it. */
class TwoStagingsTest {
  private static final SparkSession SPARK = SparkForTests.session();
  private static final HadoopConf HADOOP = new HadoopConf(new Configuration(false));
  private static final int SESSIONS = 60;

  @TempDir Path folder;

  private OutputFolder output;
  private Path staged;

  @BeforeEach
  void open() throws IOException {
    output = OutputFolder.open(folder.resolve("out").toUri().toString(), new Configuration(false));
    staged = folder.resolve("out/_turnmill/work/staged");
    // One id stands in both files: they are staged as they are read, and then again.
    for (String file : List.of("a", "b")) {
      String lines =
          IntStream.range(0, SESSIONS / 2)
              .mapToObj(i -> JobForTests.session(i == 0 ? "both" : file + i, "Question " + i))
              .collect(Collectors.joining());
      Files.createDirectories(folder.resolve("in"));
      Files.writeString(folder.resolve("in/" + file + ".jsonl"), lines);
    }
  }

  /** One attempt at staging, by whoever holds the lock. */
  private Prepared stage(RunLock lock, Consumer<String> inTheMiddle) throws IOException {
    JobConfig config =
        SettingsLoader.load(
            Optional.empty(),
            List.of(
                Assignment.of("model.path", JobForTests.MODEL, "--model"),
                Assignment.of("input.paths", folder.resolve("in").toString(), "--input"),
                Assignment.of("output.path", folder.resolve("out").toString(), "--output"),
                Assignment.of("output.buckets", "4", "--set")));
    return new Staging(config, HADOOP, inTheMiddle)
        .open(Archive.open(SPARK, config.input()), output, lock, ledger(lock));
  }

  private Ledger ledger(RunLock lock) {
    return output.ledger("identity", lock);
  }

  private void breakLock() throws IOException {
    Files.delete(folder.resolve("out/_turnmill/lock.json"));
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> below = Files.list(staged)) {
      return below.toList();
    }
  }

  private static void assertWhole(Prepared prepared) {
    assertThat(prepared.counts().records()).isEqualTo(SESSIONS);
    assertThat(
            StagedForTests.sessions(SPARK, prepared).collectAsList().stream()
                .map(row -> StagedRows.session(row).key().sessionId()))
        .hasSize(SESSIONS - 1)
        .doesNotHaveDuplicates();
  }

  @Test
  void theFirstNeitherRecordsNorSpoilsAnythingWhenTheSecondIsThroughBefore() throws IOException {
    RunLock first = output.lock(note -> {});
    Prepared[] second = new Prepared[1];
    assertThatThrownBy(
            () ->
                stage(
                    first,
                    note -> {
                      try {
                        breakLock();
                        // Not closed: its run goes on.
                        second[0] = stage(output.lock(n -> {}), n -> {});
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Another run has taken over");
    assertThat(ledger(first).staged(Prepared.Facts.class)).contains(second[0].facts());
    assertWhole(second[0]);
    first.close();
    assertThat(folder.resolve("out/_turnmill/lock.json")).exists();
  }

  @Test
  void whatTheFirstLeftIsRemovedWhenTheSecondIsRecorded() throws IOException {
    RunLock first = output.lock(note -> {});
    assertThatThrownBy(
            () ->
                stage(
                    first,
                    note -> {
                      throw new IllegalStateException("stopped");
                    }))
        .hasMessage("stopped");
    List<Path> left = folders();
    assertThat(left).hasSize(1);
    breakLock();
    try (RunLock second = output.lock(note -> {})) {
      Prepared prepared = stage(second, note -> {});
      assertWhole(prepared);
      assertThat(folders()).hasSize(1).doesNotContainAnyElementsOf(left);
      assertThat(stage(second, note -> {})).as("recorded").isEqualTo(prepared);
    }
    first.close();
  }
}
