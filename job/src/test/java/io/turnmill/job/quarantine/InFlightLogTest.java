package io.turnmill.job.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.hadoop.HadoopConf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notes that survive a process, and what is read of them. */
class InFlightLogTest {
  private static final Long TOP_BIT = -5L;

  @TempDir Path folder;

  private InFlightStore flights;

  @BeforeEach
  void open() {
    flights =
        new InFlightStore(
            folder.toUri().toString(),
            new HadoopConf(new Configuration(false)),
            new JobAttempt("00000000000000aa", 0),
            3);
  }

  private List<String> notes() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("bucket-0"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void anAttemptThatNeverEndedLeavesItsLatestNote() throws IOException {
    InFlightLog log = flights.log(0, 1, false);
    log.note(List.of(1L, 2L));
    log.note(List.of(2L, TOP_BIT));
    assertThat(notes()).containsExactly("00000000000000aa-r0-p0-t1-c.1");
    assertThat(flights.deaths(0).bySession()).isEqualTo(Map.of(2L, 1, TOP_BIT, 1));
  }

  @Test
  void anAttemptThatEndedInOrderLeavesNothing() throws IOException {
    InFlightLog log = flights.log(0, 1, true);
    log.note(List.of(1L));
    log.end();
    log.note(List.of(2L));
    log.end();
    assertThat(notes()).isEmpty();
    assertThat(flights.deaths(0).bySession()).isEmpty();
  }

  @Test
  void anAttemptThatTakesItsProcessAlongLeavesItsNote() throws IOException {
    InFlightLog log = flights.log(0, 1, false);
    log.note(List.of(1L));
    log.endOfProcess();
    log.end();
    assertThat(flights.deaths(0).bySession()).isEqualTo(Map.of(1L, 1));
  }

  @Test
  void aLogWithNothingInFlightAccusesNobody() throws IOException {
    InFlightLog log = flights.log(0, 1, false);
    log.note(List.of(1L));
    log.clear();
    assertThat(notes()).isEmpty();
    log.note(List.of(2L));
    assertThat(flights.deaths(0).bySession()).isEqualTo(Map.of(2L, 1));
  }

  @Test
  void aHalfWrittenOrDamagedNoteLeavesTheOneBeforeItInForce() throws IOException {
    flights.log(0, 1, false).note(List.of(1L, 2L));
    Files.writeString(folder.resolve("bucket-0/00000000000000aa-r0-p0-t1-c.1"), "3\n4");
    Files.writeString(folder.resolve("bucket-0/00000000000000aa-r0-p0-t2-c.0"), "");
    Files.writeString(
        folder.resolve("bucket-0/00000000000000aa-r0-p0-t3-c.0"), "1\nno number\nend\n");
    Files.writeString(folder.resolve("bucket-0/unknown.0"), "1\nend\n");
    assertThat(flights.deaths(0).bySession()).isEqualTo(Map.of(1L, 1, 2L, 1));
  }

  @Test
  void theDriverCountsTheJobsThatAreOver() throws IOException {
    flights.log(4, 1, false).note(List.of(1L));
    flights.log(5, 2, false).note(List.of(2L));
    assertThat(flights.deaths())
        .isEqualTo(
            Map.of(
                4,
                    new InFlightStore.JobLosses(
                        ExecutorLosses.NONE, new ExecutorLosses(Map.of(1L, 1))),
                5,
                    new InFlightStore.JobLosses(
                        ExecutorLosses.NONE, new ExecutorLosses(Map.of(2L, 1)))));
    assertThat(flights.nextJob().deaths().get(4))
        .isEqualTo(
            new InFlightStore.JobLosses(
                new ExecutorLosses(Map.of(1L, 1)), new ExecutorLosses(Map.of(1L, 1))));
  }

  @Test
  void whatWasNotedOfABucketGoesWithIt() throws IOException {
    flights.log(4, 1, false).note(List.of(1L));
    flights.log(5, 2, false).note(List.of(2L));
    flights.remove(4);
    assertThat(flights.nextJob().deaths().keySet()).containsExactly(5);
  }

  @Test
  void aBucketWithoutNotesHasNoDeaths() throws IOException {
    Files.delete(folder);
    assertThat(flights.deaths(0).bySession()).isEmpty();
    assertThat(flights.deaths()).isEmpty();
  }
}
