package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.StoppingModelLoader;
import io.turnmill.session.KeyHash;
import io.turnmill.session.SessionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What there is to say of a run that stopped besides that it is resumed where it was and ends as if
 * it had not stopped, which {@link ResumedTasksTest} says of every task.
 */
class ResumeTest {
  private static final int LAST = 5;

  @TempDir Path folder;

  private Path archive;
  private JobForTests job;

  @BeforeEach
  void writeArchive() throws IOException {
    archive = folder.resolve("in.jsonl");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      // The last bucket is the cheapest one, so that it comes last.
      boolean last = bucket("s" + i) == LAST;
      String text =
          last ? StoppingModelLoader.STONE : "A longer question, of number ".repeat(3) + i;
      lines.add(JobForTests.session("s" + i, text));
    }
    lines.add("{broken\n");
    Files.writeString(archive, String.join("", lines));
    job = new JobForTests(folder.resolve("out"), StoppingModelLoader::new);
  }

  @AfterEach
  void letPass() {
    StoppingModelLoader.DANGEROUS.set(false);
  }

  private static int bucket(String sessionId) {
    long hash = KeyHash.of(new SessionKey(Optional.empty(), sessionId));
    return (int) Math.floorMod(hash, 8L);
  }

  private ExitCode run(String... more) {
    return run(job, more);
  }

  private ExitCode run(JobForTests one, String... more) {
    return one.run(
        Stream.concat(
                Stream.of("--input", archive.toString(), "--set", "output.buckets=8"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  /** Stops a run when some of its buckets are done and others are not. */
  private void stopInTheMiddle() {
    StoppingModelLoader.DANGEROUS.set(true);
    assertThat(run()).isEqualTo(ExitCode.ERROR);
    StoppingModelLoader.DANGEROUS.set(false);
    assertThat(job.bucketsDone()).isNotEmpty().hasSizeLessThan(8);
    assertThat(job.manifest().path("state").asText()).isEqualTo("running");
  }

  private Map<String, String> undisturbed() {
    JobForTests other = new JobForTests(folder.resolve("undisturbed"), FakeModelLoader::new);
    assertThat(run(other)).isEqualTo(ExitCode.OK);
    return other.answers();
  }

  @Test
  void halfWrittenBucketsAreDoneAgain() throws IOException {
    stopInTheMiddle();
    Set<Integer> done = job.bucketsDone();
    int open = Stream.iterate(0, i -> i + 1).filter(i -> !done.contains(i)).findFirst().get();
    Path half = Files.createDirectories(folder.resolve("out/results/bucket=" + open));
    Files.writeString(half.resolve("part-00000-half.parquet"), "half of a file");
    int damaged = done.iterator().next();
    for (String file : filesOf(Set.of(damaged))) {
      Path path = folder.resolve("out").resolve(file);
      Files.write(path, Files.readAllBytes(path), StandardOpenOption.APPEND);
    }

    assertThat(run()).isEqualTo(ExitCode.OK);
    assertThat(job.answers()).isEqualTo(undisturbed());
  }

  @Test
  void aRunThatStoppedWhileItReplacedAnotherLeavesNothingOfTheOther() throws IOException {
    stopInTheMiddle();
    Path stale = Files.createDirectories(folder.resolve("out/results/bucket=99"));
    Files.writeString(stale.resolve("part-00000-stale.parquet"), "of another run");
    Path manifest = folder.resolve("out/_turnmill/run.json");
    Files.writeString(manifest, Files.readString(manifest).replace("\"running\"", "\"starting\""));

    assertThat(run()).isEqualTo(ExitCode.OK);
    assertThat(stale).doesNotExist();
    assertThat(job.answers()).isEqualTo(undisturbed());
  }

  @Test
  void aChangeOfSettingsOrInputIsAnotherRunAndSaysWhichChange() throws IOException {
    stopInTheMiddle();
    assertThat(run("--set", "sampling.seed=9", "--set", "output.buckets=4"))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err())
        .contains("changed: sampling.seed: 0 then, 9 now")
        .contains("changed: output.buckets: 8 then, 4 now")
        .contains("--overwrite")
        .doesNotContain("the input");
    Set<Integer> done = job.bucketsDone();

    Files.writeString(folder.resolve("more.jsonl"), JobForTests.session("more", "More"));
    Files.writeString(archive, JobForTests.session("s0", "Changed"));
    assertThat(run("--input", folder.resolve("more.jsonl").toString())).isEqualTo(ExitCode.SETUP);
    assertThat(job.err())
        .containsPattern("changed: the input: new: .*more.jsonl")
        .containsPattern("changed: the input: changed: .*in.jsonl")
        .doesNotContain("sampling");
    assertThat(job.bucketsDone()).isEqualTo(done);

    assertThat(run("--overwrite", "--set", "limits.max_rejected_share=1")).isEqualTo(ExitCode.OK);
    assertThat(job.err()).contains("This replaces another run. Changed:").contains("in.jsonl");
    assertThat(job.answers()).containsOnlyKeys("s0");
  }

  @Test
  void aCompleteRunIsDoneAgainOnlyWhenItIsRestarted() {
    assertThat(run()).isEqualTo(ExitCode.OK);
    Set<String> files = job.resultFiles();
    StoppingModelLoader.DANGEROUS.set(true);
    assertThat(run()).isEqualTo(ExitCode.OK);
    assertThat(job.err()).contains("nothing is left to do").contains("--restart");
    assertThat(job.out()).containsPattern("sessions in +80").containsPattern("rejections +1");
    assertThat(job.resultFiles()).isEqualTo(files);

    StoppingModelLoader.DANGEROUS.set(false);
    assertThat(run("--restart")).isEqualTo(ExitCode.OK);
    assertThat(job.resultFiles()).doesNotContainAnyElementsOf(files).hasSize(8);
  }

  @Test
  void aNumberOfBucketsThatWasChosenStaysWhenTheClusterIsAnother() throws IOException {
    String padding = "{\"padding\":\"" + "x".repeat(19_000) + "\",";
    String padded =
        Files.readString(archive).replace("{broken", "").replaceAll("(?m)^\\{", padding);
    String input = Files.writeString(folder.resolve("padded.jsonl"), padded).toString();
    StoppingModelLoader.DANGEROUS.set(true);
    assertThat(job.run("--input", input, "--set", "spark.master=local[2]"))
        .isEqualTo(ExitCode.ERROR);
    StoppingModelLoader.DANGEROUS.set(false);
    Set<String> kept = filesOf(job.bucketsDone());
    assertThat(kept).isNotEmpty();

    assertThat(job.run("--input", input, "--set", "spark.master=local[4]")).isEqualTo(ExitCode.OK);
    assertThat(job.err()).contains("resumes the run of").contains(" of 8 buckets are done");
    assertThat(job.resultFiles()).containsAll(kept);
    assertThat(job.manifest().path("books").path("buckets").asInt()).isEqualTo(8);
    assertThat(job.answers()).isEqualTo(undisturbed()).hasSize(80);

    JobForTests other = new JobForTests(folder.resolve("other"), FakeModelLoader::new);
    assertThat(other.run("--input", input, "--set", "spark.master=local[4]"))
        .isEqualTo(ExitCode.OK);
    assertThat(other.manifest().path("books").path("buckets").asInt()).isEqualTo(16);
  }

  @Test
  void restartThrowsAwayWhatWasFinished() {
    stopInTheMiddle();
    Set<String> files = filesOf(job.bucketsDone());
    assertThat(run("--restart")).isEqualTo(ExitCode.OK);
    assertThat(job.err()).doesNotContain("resumes");
    assertThat(job.resultFiles()).doesNotContainAnyElementsOf(files);
  }

  @Test
  void statusSaysHowFarARunIsAndRunsNothing() {
    assertThat(run("--status")).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("no run has begun in");
    assertThat(folder.resolve("out")).doesNotExist();

    stopInTheMiddle();
    int done = job.bucketsDone().size();
    assertThat(run("--status")).isEqualTo(ExitCode.OK);
    assertThat(job.out())
        .containsPattern("state +running")
        .containsPattern("buckets done +" + done + " of 8")
        .containsPattern("sessions done +\\d+ of 80");
    assertThat(job.bucketsDone()).hasSize(done);

    assertThat(run()).isEqualTo(ExitCode.OK);
    assertThat(run("--status")).isEqualTo(ExitCode.OK);
    assertThat(job.out()).containsPattern("state +complete").containsPattern("ok +80");
  }

  private Set<String> filesOf(Set<Integer> buckets) {
    return job.resultFiles().stream()
        .filter(file -> buckets.stream().anyMatch(b -> file.contains("/bucket=" + b + "/")))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
