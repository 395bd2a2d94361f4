package io.turnmill.job;

import static io.turnmill.job.testing.JobForTests.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.SparkForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which output folders a run takes, and what it does to what is there. */
class OutputRunTest {
  @TempDir Path folder;
  private JobForTests job;

  @BeforeEach
  void place() {
    job = new JobForTests(folder.resolve("out"), FakeModelLoader::new);
  }

  @Test
  void theSameRunMayBeRepeatedAnotherOneOnlyWithOverwrite() throws IOException {
    Path archive = Files.writeString(folder.resolve("in.jsonl"), session("a", "Hello"));
    assertThat(job.run("--input", archive.toString())).isEqualTo(ExitCode.OK);
    assertThat(job.run("--input", archive.toString())).isEqualTo(ExitCode.OK);

    String[] other = {"--input", archive.toString(), "--set", "sampling.max_tokens=3"};
    assertThat(job.run(other)).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("another run").contains("--overwrite").doesNotContain("\tat ");
    assertThat(job.results()).hasSize(1);

    Files.writeString(archive, session("a", "Hello") + JobForTests.session("b", "More"));
    assertThat(job.run("--input", archive.toString())).isEqualTo(ExitCode.SETUP);
    assertThat(job.run("--input", archive.toString(), "--overwrite")).isEqualTo(ExitCode.OK);
    assertThat(job.results()).hasSize(2);
  }

  @Test
  void aBucketIsOneFileOrderedBySessionIdAndNothingLiesBesideIt() throws IOException {
    String sessions =
        new Random(3)
            .ints(60, 0, 1 << 20)
            .distinct()
            .mapToObj(i -> session(Integer.toString(i, 36), "Hello"))
            .collect(Collectors.joining());
    Path archive = Files.writeString(folder.resolve("in.jsonl"), sessions + "{broken\n");
    assertThat(job.run("--input", archive.toString(), "--set", "output.buckets=2"))
        .isEqualTo(ExitCode.OK);
    List<String> read = new ArrayList<>();
    for (String table : List.of("results", "rejected")) {
      try (Stream<Path> below = Files.walk(folder.resolve("out").resolve(table))) {
        List<Path> files = below.filter(Files::isRegularFile).toList();
        assertThat(files).isNotEmpty().allMatch(file -> file.toString().endsWith(".parquet"));
        assertThat(files).extracting(Path::getParent).doesNotHaveDuplicates();
        if (table.equals("results")) {
          for (Path file : files) {
            List<String> ids =
                SparkForTests.any().read().parquet(file.toString()).collectAsList().stream()
                    .map(row -> row.<String>getAs("session_id"))
                    .toList();
            assertThat(ids).isSorted();
            read.addAll(ids);
          }
        }
      }
    }
    assertThat(read).hasSizeGreaterThan(50).doesNotHaveDuplicates();
  }

  @Test
  void aFolderWithOtherThingsIsNotWrittenTo() throws IOException {
    Files.createDirectories(folder.resolve("out"));
    Files.writeString(folder.resolve("out/mine.txt"), "mine");
    Path archive = Files.writeString(folder.resolve("in.jsonl"), session("a", "Hello"));

    assertThat(job.run("--input", archive.toString())).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("is not empty").doesNotContain("\tat ");
    assertThat(folder.resolve("out").toFile().list()).containsExactly("mine.txt");
  }

  @Test
  void anOutputThatCannotBeWrittenIsOneClearMessage() throws IOException {
    Path archive = Files.writeString(folder.resolve("in.jsonl"), session("a", "Hello"));
    Files.writeString(folder.resolve("file"), "");
    ExitCode code =
        job.command(
            "run",
            "--model",
            JobForTests.MODEL,
            "--input",
            archive.toString(),
            "--output",
            folder + "/file/x");
    assertThat(code).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("output.path").doesNotContain("\tat ");
  }

  @Test
  void inputInsideTheOutputFolderIsNotDeletedButRefused() throws IOException {
    Path archive = Files.writeString(folder.resolve("in.jsonl"), session("a", "Hello"));
    assertThat(job.run("--input", archive.toString())).isEqualTo(ExitCode.OK);

    String twisted = folder.resolve("x/../out/results").toString();
    Files.createDirectories(folder.resolve("x"));
    assertThat(job.run("--input", twisted, "--overwrite")).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("output").doesNotContain("\tat ");
    assertThat(job.results()).hasSize(1);
  }

  @Test
  void resultsWithoutOurManifestAreNeverDeleted() throws IOException {
    Path archive = Files.writeString(folder.resolve("in.jsonl"), session("a", "Hello"));
    Path theirs = Files.createDirectories(folder.resolve("out/results")).resolve("theirs.txt");
    Files.writeString(theirs, "theirs");
    assertThat(job.run("--input", archive.toString(), "--overwrite")).isEqualTo(ExitCode.SETUP);
    assertThat(theirs).exists();
  }

  @Test
  void anEmptyFolderMayBePlannedAndThenRun() throws IOException {
    Path archive = Files.writeString(folder.resolve("in.jsonl"), session("a", "Hello"));
    Files.createDirectories(folder.resolve("out"));
    String[] arguments = {
      "--model", JobForTests.MODEL, "--input", archive.toString(), "--output", folder + "/out"
    };
    assertThat(
            job.command(
                Stream.concat(Stream.of("plan"), Stream.of(arguments)).toArray(String[]::new)))
        .isEqualTo(ExitCode.OK);
    assertThat(folder.resolve("out").toFile().list()).isEmpty();
    assertThat(
            job.command(
                Stream.concat(Stream.of("run"), Stream.of(arguments)).toArray(String[]::new)))
        .isEqualTo(ExitCode.OK);
  }
}
