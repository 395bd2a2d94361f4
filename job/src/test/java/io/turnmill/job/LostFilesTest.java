package io.turnmill.job;

import static io.turnmill.job.testing.InputsForTests.REJECT_MESSAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.config.CheckConfig.BadFile;
import io.turnmill.job.prepare.BucketPlan;
import io.turnmill.job.prepare.Counts.RejectedCount;
import io.turnmill.job.prepare.Prepare;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.read.Archive;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.testing.ArchiveWriter;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.InputsForTests;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.job.testing.StagedForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that cannot be read ends a run; or it goes, with every session of which it has a part. */
class LostFilesTest {
  @TempDir Path dir;

  private static String message(String session, int turn) {
    return "{\"session_id\":\"%s\",\"turn\":%s,\"role\":\"user\",\"content\":\"x\"}"
        .formatted(session, turn);
  }

  /** Two records that can be read, and a second member of gzip of which a half is missing. */
  private Path damaged(String name, String... records) throws IOException {
    Path file = dir.resolve("in").resolve(name);
    ArchiveWriter.gzip(dir.resolve("one"), List.of(String.join("\n", records), ""));
    byte[] one = Files.readAllBytes(dir.resolve("one"));
    Files.createDirectories(file.getParent());
    byte[] all = Arrays.copyOf(one, one.length + one.length / 2);
    System.arraycopy(one, 0, all, one.length, one.length / 2);
    return Files.write(file, all);
  }

  private void archive() throws IOException {
    ArchiveWriter.write(
        dir.resolve("in/a.jsonl"), message("over two files", 0) + "\n" + message("whole", 0));
    damaged("b.jsonl.gz", message("over two files", 1), message("cut", 0));
    damaged("c.jsonl.gz", JobForTests.session("a session in a record", "x").strip());
    ArchiveWriter.write(dir.resolve("in/d.jsonl"), JobForTests.session("good", "x"));
  }

  private Prepared stage() throws IOException {
    Archive archive =
        Archive.open(SparkForTests.session(), InputsForTests.of(dir.resolve("in")), BadFile.REJECT);
    Prepared staged = stage(archive);
    while (archive.hasLostMore()) {
      archive = archive.withLostFiles();
      staged = stage(archive);
    }
    return staged.losing(archive.lostShare());
  }

  private Prepared stage(Archive archive) throws IOException {
    return Prepare.stage(
        archive.entries(),
        InputsForTests.rules(REJECT_MESSAGE, archive.hasLostFiles()),
        new BucketPlan(4, 4),
        StagedForTests.target(Files.createTempDirectory(dir, "staged")));
  }

  @Test
  void noSessionWithARecordInALostFileIsAsked() throws IOException {
    archive();
    Prepared staged = stage();
    assertThat(StagedForTests.sessions(SparkForTests.session(), staged).collectAsList())
        .extracting(row -> StagedRows.session(row).key().sessionId())
        .containsExactlyInAnyOrder("whole", "good");
    assertThat(staged.counts().rejected())
        .containsExactly(
            new RejectedCount("session", "in_unreadable_file", 3),
            new RejectedCount("file", "unreadable_file", 2));
    assertThat(staged.counts().records()).isEqualTo(6);
    assertThat(staged.counts().sessionsSeen()).isEqualTo(5);
  }

  @Test
  void aLostFileIsOneRowThatSaysWhereAndWhyAndWeighsByItsBytes() throws IOException {
    archive();
    Prepared staged = stage();
    List<Row> rows =
        StagedForTests.rejected(SparkForTests.session(), staged)
            .where("scope = 'file'")
            .orderBy("source_file")
            .collectAsList();
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).<String>getAs("source_file")).isEqualTo(dir + "/in/b.jsonl.gz");
    assertThat(rows.get(0).<String>getAs("detail"))
        .isEqualTo("its GZIP data are damaged or cut short (EOFException)");
    // Compressed text counts three times: see Split.
    double lost = 3.0 * (size("b.jsonl.gz") + size("c.jsonl.gz"));
    assertThat(staged.counts().lostShare())
        .isCloseTo(lost / (lost + size("a.jsonl") + size("d.jsonl")), within(1e-9));
  }

  @Test
  void aSessionWhoseTurnsAreMissingIsNotAskedWhereAFileIsLost() throws IOException {
    List<String> messages =
        List.of(message("late", 2), message("gap", 1), message("gap", 3), message("one", 1));
    ArchiveWriter.write(dir.resolve("in/a.jsonl"), String.join("\n", messages));
    ArchiveWriter.write(dir.resolve("in/b.jsonl.gz"), "\0\0\0");
    assertThat(stage().counts().rejectedOf("session")).isEqualTo(2);
    Files.delete(dir.resolve("in/b.jsonl.gz"));
    assertThat(stage().counts().sessions()).isEqualTo(3);
  }

  private long size(String name) throws IOException {
    return Files.size(dir.resolve("in").resolve(name));
  }

  @Test
  void aFileThatIsCutIntoTasksIsOneRow() throws IOException {
    ArchiveWriter.write(dir.resolve("in/a.jsonl"), message("a", 0) + " ".repeat(12 << 20) + "\n");
    Path file = dir.resolve("in/a.jsonl");
    byte[] all = Files.readAllBytes(file);
    Arrays.fill(all, 5 << 20, (5 << 20) + 4096, (byte) 0);
    Arrays.fill(all, 10 << 20, (10 << 20) + 4096, (byte) 0);
    Files.write(file, all);
    Prepared staged = stage();
    assertThat(staged.counts().rejectedOf("file")).isEqualTo(1);
    assertThat(staged.counts().lostShare()).isEqualTo(1);
  }

  @Test
  void sessionsOfEveryPieceOfACutFileAreRejected() throws IOException {
    String[] records = {message("a", 0), message("b", 0), message("c", 0)};
    ArchiveWriter.write(
        dir.resolve("in/a.jsonl"), String.join("\n".repeat(6 << 20), records) + "\n");
    Path file = dir.resolve("in/a.jsonl");
    byte[] all = Files.readAllBytes(file);
    Arrays.fill(all, 7 << 20, (7 << 20) + 4096, (byte) 0); // between b and c
    Files.write(file, all);
    ArchiveWriter.write(dir.resolve("in/b.jsonl"), message("c", 1) + "\n" + message("d", 0));
    assertThat(stage().counts().rejected())
        .containsExactly(
            new RejectedCount("session", "in_unreadable_file", 3),
            new RejectedCount("file", "unreadable_file", 1));
  }

  @Test
  void aRecordOfALostFileThatIsBadWeighsWithTheFileAlone() throws IOException {
    damaged("a.jsonl.gz", message("a", 0), "{broken", "[1]");
    ArchiveWriter.write(dir.resolve("in/b.jsonl"), message("b", 0) + "\n{broken");
    assertThat(stage().counts().rejected())
        .containsExactlyInAnyOrder(
            new RejectedCount("session", "in_unreadable_file", 1),
            new RejectedCount("record", "malformed_json", 1),
            new RejectedCount("file", "unreadable_file", 1));
  }

  @Test
  void aLostFileOfNoBytesHasAWeight() throws IOException {
    ArchiveWriter.write(dir.resolve("in/a.parquet"), "");
    assertThat(stage().counts().lostShare()).isEqualTo(1);
    assertThat(
            command(
                new JobForTests(dir.resolve("out"), FakeModelLoader::new),
                "run",
                "--set=check.bad_file=reject"))
        .isEqualTo(ExitCode.TOO_MANY_FAILURES);
  }

  @Test
  void whatIsFoundToBeLostIsStagedOnceMoreAndNotTwice() throws IOException {
    for (int file = 0; file < 8; file++) {
      String good = JobForTests.session("good " + file, "x");
      String same = JobForTests.session(file < 2 ? "same" : "other " + file, "x");
      ArchiveWriter.write(dir.resolve("in/" + file + ".jsonl"), good + same);
    }
    damaged("9.jsonl.gz", JobForTests.session("cut", "x").strip());
    JobForTests job = new JobForTests(dir.resolve("out"), FakeModelLoader::new);
    assertThat(
            command(job, "run", "--set=check.bad_file=reject", "--set=limits.max_rejected_share=1"))
        .as(job.err())
        .isEqualTo(ExitCode.OK);
    assertThat(job.err())
        .contains("1 file cannot be read to the end: sessions are staged again")
        .doesNotContain("by id");
    assertThat(job.answers()).hasSize(8 + 7).containsKey("same").doesNotContainKey("cut");
    assertThat(job.manifest().at("/books/rejected_by_code/duplicate_session").asInt()).isEqualTo(1);
  }

  private ExitCode command(JobForTests job, String command, String... settings) {
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of(
                command, "--model", JobForTests.MODEL, "--output", dir.resolve("out").toString()));
    arguments.addAll(List.of("--input", dir.resolve("in").toString()));
    arguments.addAll(List.of(settings));
    return job.command(arguments.toArray(String[]::new));
  }

  @Test
  void aLostFileEndsTheRunUnlessItMayGo() throws IOException {
    archive();
    JobForTests job = new JobForTests(dir.resolve("out"), FakeModelLoader::new);
    for (String command : List.of("plan", "run")) {
      assertThat(command(job, command)).as(command).isEqualTo(ExitCode.SETUP);
      assertThat(job.err())
          .containsPattern(
              "turnmill: input.paths: \\S+/in/[bc].jsonl.gz cannot be read to its end: its")
          .contains("check.bad_file = reject")
          .doesNotContain("\tat ");
    }
    assertThat(command(job, "plan", "--set=check.bad_file=reject"))
        .isEqualTo(ExitCode.TOO_MANY_FAILURES);
    assertThat(job.out()).containsPattern("unreadable_file +2  \\(file\\)");

    assertThat(
            command(
                job, "run", "--set=check.bad_file=reject", "--set=limits.max_rejected_share=0.6"))
        .isEqualTo(ExitCode.TOO_MANY_FAILURES);
    assertThat(job.err()).contains("are in files that cannot be read; limits.max_rejected_share");

    assertThat(
            command(
                job, "run", "--set=check.bad_file=reject", "--set=limits.max_rejected_share=0.9"))
        .as(job.err())
        .isEqualTo(ExitCode.OK);
    assertThat(job.err()).contains("resumes the run of");
    assertThat(job.answers()).containsOnlyKeys("whole", "good");
    assertThat(job.manifest().at("/books/lost_share").asDouble()).isBetween(0.6, 0.9);
  }
}
