package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.run.FullDisk;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.FullDiskFileSystem;
import io.turnmill.job.testing.FullDiskFileSystem.Says;
import io.turnmill.job.testing.JobForTests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A disk that is full ends a run with a sentence, and nothing is lost when there is room again. */
class FullDiskTest {
  private static final int SESSIONS = 40;

  @TempDir static Path shared;
  private static Path input;
  private static Map<String, String> undisturbed;

  @TempDir Path folder;

  @BeforeAll
  static void runUndisturbed() throws IOException {
    StringBuilder lines = new StringBuilder("{broken\n");
    for (int i = 0; i < SESSIONS; i++) {
      lines.append(JobForTests.session("s" + i, "A question of number " + i));
    }
    input = Files.writeString(shared.resolve("in.jsonl"), lines);
    JobForTests job = new JobForTests(shared.resolve("out"), FakeModelLoader::new);
    assertThat(job.run(arguments())).as(job.err()).isEqualTo(ExitCode.OK);
    undisturbed = job.answers();
    assertThat(undisturbed).hasSize(SESSIONS);
  }

  @AfterEach
  void makeRoom() {
    FullDiskFileSystem.makeRoom();
  }

  private static String[] arguments() {
    return Stream.of(
            List.of("--input", input.toString()),
            List.of("--set", "output.buckets=4"),
            List.of("--set", "spark.sql.shuffle.partitions=2"),
            List.of("--set", FullDiskFileSystem.SETTING))
        .flatMap(List::stream)
        .toArray(String[]::new);
  }

  /** Where the disk is full, after how many bytes, and how that is said. */
  @ParameterizedTest
  @CsvSource({
    "/work/staged/, 3000, NO_SPACE",
    "/work/flight/, 100, NO_SPACE",
    "/work/unpublished/, 15000, LOCAL_ERROR",
    "/work/unpublished/, 10000, HDFS_QUOTA",
    "/work/ledger/, 1500, LOCAL_ERROR"
  })
  void theRunSaysWhereAndResumesWhenThereIsRoom(String where, long bytes, Says says) {
    Path out = folder.resolve("out");
    JobForTests job = JobForTests.by("fulldisk://" + out, out, FakeModelLoader::new);
    FullDiskFileSystem.fill(where, bytes, says);
    assertThat(job.run(arguments())).as(job.err()).isEqualTo(ExitCode.SETUP);
    assertThat(
            job.err()
                .lines()
                .filter(
                    line -> !line.matches("turnmill: (This resumes|end of sequence:|sampling:).*")))
        .singleElement()
        .asString()
        .startsWith("turnmill: output.path: ")
        .contains("no space or quota is left for fulldisk:")
        .contains(says == Says.HDFS_QUOTA ? "quota = 1000 B" : "No space left on device")
        .contains(out.toString())
        .contains("Make room there")
        .endsWith("Then give the same command again: the run resumes where it stopped.");
    // What can be seen is whole.
    if (out.resolve("results").toFile().exists() && !job.resultFiles().isEmpty()) {
      assertThat(undisturbed).containsAllEntriesOf(job.answers());
    }
    assertThat(job.manifest().path("state").asText()).isEqualTo("running");

    FullDiskFileSystem.makeRoom();
    assertThat(job.run(arguments())).as(job.err()).isEqualTo(ExitCode.OK);
    assertThat(job.answers()).isEqualTo(undisturbed);
    assertThat(job.rejected()).hasSize(1);
    assertThat(job.manifest().path("state").asText()).isEqualTo("complete");
    assertThat(out.resolve("_turnmill/work")).doesNotExist();
  }

  @Test
  void aRunDoesNotBeginWhereNotOneByteCanBeWritten() {
    Path out = folder.resolve("out");
    JobForTests job = JobForTests.by("fulldisk://" + out, out, FakeModelLoader::new);
    FullDiskFileSystem.fill("/out/", 0, Says.LOCAL_ERROR);
    assertThat(job.run(arguments())).isEqualTo(ExitCode.SETUP);
    assertThat(job.err())
        .startsWith("turnmill: output.path: cannot write to fulldisk:")
        .contains("No space left on device")
        .doesNotContain("\tat ");
    assertThat(out).doesNotExist();
  }

  @Test
  void aCacheWithoutRoomEndsNoRun() {
    Path out = folder.resolve("out");
    JobForTests job = new JobForTests(out, FakeModelLoader::new);
    FullDiskFileSystem.fill("/cache/", 200, Says.LOCAL_ERROR);
    List<String> all = new ArrayList<>(List.of(arguments()));
    all.addAll(List.of("--set", "cache.path=fulldisk://" + folder.resolve("cache")));
    assertThat(job.run(all.toArray(String[]::new))).as(job.err()).isEqualTo(ExitCode.OK);
    assertThat(job.answers()).isEqualTo(undisturbed);
  }

  private static String said(String message) {
    return FullDisk.in(new UncheckedIOException(message, new IOException(message)), "s3a://b/out")
        .map(SetupException::getMessage)
        .orElse("");
  }

  @Test
  void theSentenceNamesTheFoldersThatMayBeFullAndTheReason() {
    assertThat(said("No space available in any of the local directories."))
        .startsWith("output.path: no space or quota is left for s3a://b/out, or")
        .contains("(spark.local.dir, spark.hadoop.fs.s3a.buffer.dir)")
        .contains(": No space available in any of the local directories. Make room");
    assertThat(said("Disk quota exceeded")).contains(": Disk quota exceeded. Make room");
  }

  @Test
  void whatHasNothingToDoWithSpaceIsLeftAlone() {
    assertThat(said("Connection reset")).isEmpty();
    assertThat(FullDisk.in(new SetupException("No space left on device"), "out")).isEmpty();
  }
}
