package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.StoppingModelLoader;
import io.turnmill.job.testing.TaskForTests;
import io.turnmill.job.testing.UnevenArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/** A run that ends in the middle and is resumed, and the same run undisturbed. */
final class InterruptedRun {
  private final Path folder;
  private final List<String> options;
  private final JobForTests job;
  private final JobForTests undisturbed;
  private final boolean isAskedInChunks;

  /** Ends a run in the middle. */
  @FunctionalInterface
  interface Interruption {
    void of(JobForTests job, String... options) throws Exception;
  }

  /**
   * @param folder for everything that is read and written; the output is {@code out}
   */
  InterruptedRun(Path folder, TaskForTests task) throws IOException {
    this.folder = folder;
    this.options = new ArrayList<>(UnevenArchive.write(folder.resolve("in.jsonl"), task).options());
    // Fewer than buckets: the last one begins when others are done.
    options.add("--set=spark.master=local[2]");
    this.job = job("out", task);
    this.undisturbed = job("undisturbed", task);
    this.isAskedInChunks = task.isAskedInChunks();
  }

  private JobForTests job(String output, TaskForTests task) {
    return new JobForTests(folder.resolve(output), task.model(), StoppingModelLoader::new);
  }

  /**
   * Interrupts a run and gives the same command again. Asserts that buckets that were finished stay
   * and are not asked again, and that everything is as in a run that was not interrupted.
   */
  void assertEndsAsIfUndisturbed(Interruption interruption) throws Exception {
    if (isAskedInChunks) {
      assertChunksEndAsIfUndisturbed(interruption);
      return;
    }
    StoppingModelLoader.takeAsked();
    run(undisturbed);
    JsonNode books = undisturbed.manifest().path("books");
    int buckets = books.path("buckets").asInt();
    assertThat(books.path("ok").asInt()).as("many sessions have a result").isGreaterThan(10);
    List<String> asked = StoppingModelLoader.takeAsked();
    interruption.of(job, options.toArray(String[]::new));
    Set<Integer> done = job.bucketsDone();
    assertThat(done).isNotEmpty().hasSizeLessThan(buckets);
    Map<String, Object> kept = filesOf(done);
    JsonNode startedAt = job.manifest().path("started_at");
    assertStatusSays(done.size() + " of " + buckets);
    writeHalfABucket(done);
    StoppingModelLoader.takeAsked();

    run(job);

    assertThat(job.err()).contains("resumes the run of").contains(done.size() + " of " + buckets);
    assertThat(filesOf(done)).as("finished buckets stay as they are").isEqualTo(kept);
    assertThat(StoppingModelLoader.takeAsked())
        .as("only sessions of other buckets are asked, once each")
        .isEqualTo(UnevenArchive.askedOf(asked, buckets, done))
        .isNotEmpty();
    assertThat(rows(job.results()))
        .isEqualTo(rows(undisturbed.results()))
        .doesNotHaveDuplicates()
        .isNotEmpty();
    assertThat(rows(job.rejected())).isEqualTo(rows(undisturbed.rejected())).isNotEmpty();
    assertThat(job.manifest().path("books")).isEqualTo(books);
    assertThat(job.manifest().path("state").asText()).isEqualTo("complete");
    assertThat(job.manifest().path("started_at")).isEqualTo(startedAt);
    assertThat(folder.resolve("out/_turnmill/work")).doesNotExist();
  }

  /** The same where chunks are asked about first: buckets of these are finished. */
  private void assertChunksEndAsIfUndisturbed(Interruption interruption) throws Exception {
    StoppingModelLoader.takeAsked();
    run(undisturbed);
    JsonNode books = undisturbed.manifest().path("books");
    List<String> asked = StoppingModelLoader.takeAsked();
    assertThat(asked).as("each chunk is asked once").doesNotHaveDuplicates();
    interruption.of(job, options.toArray(String[]::new));
    Set<Integer> done = job.chunkBucketsDone(); // none, if the first bucket stopped the run
    StoppingModelLoader.takeAsked();

    run(job);

    assertThat(StoppingModelLoader.takeAsked())
        .as("only chunks of other buckets are asked, once each")
        .isEqualTo(UnevenArchive.askedOf(asked, books.path("buckets").asInt(), done))
        .isNotEmpty();
    assertThat(rows(job.results()))
        .isEqualTo(rows(undisturbed.results()))
        .doesNotHaveDuplicates()
        .isNotEmpty();
    assertThat(rows(job.rejected())).isEqualTo(rows(undisturbed.rejected()));
    assertThat(job.manifest().path("books")).isEqualTo(books);
    assertThat(folder.resolve("out/_turnmill/work")).doesNotExist();
  }

  private void run(JobForTests one) {
    assertThat(one.run(options.toArray(String[]::new))).as(one.err()).isEqualTo(ExitCode.OK);
  }

  private void assertStatusSays(String done) {
    List<String> status = new ArrayList<>(options);
    status.add("--status");
    assertThat(job.run(status.toArray(String[]::new))).as(job.err()).isEqualTo(ExitCode.OK);
    assertThat(job.out())
        .containsPattern("state +running")
        .containsPattern("buckets done +" + done);
  }

  private void writeHalfABucket(Set<Integer> done) throws IOException {
    int open =
        IntStream.iterate(0, i -> i + 1).filter(i -> !done.contains(i)).findFirst().getAsInt();
    Path half = Files.createDirectories(folder.resolve("out/results/bucket=" + open));
    Files.writeString(half.resolve("part-00000-half.parquet"), "half of a file");
  }

  /** The files of some buckets of the results, with the times at which they were written. */
  private Map<String, Object> filesOf(Set<Integer> buckets) throws IOException {
    Map<String, Object> files = new HashMap<>();
    for (String file : job.resultFiles()) {
      if (buckets.stream().anyMatch(bucket -> file.contains("/bucket=" + bucket + "/"))) {
        files.put(file, Files.getLastModifiedTime(folder.resolve("out").resolve(file)));
      }
    }
    assertThat(files).isNotEmpty();
    return files;
  }

  /**
   * Every column of every row. At which token a session is found to spoil a model's numbers depends
   * on the sessions that are computed with it.
   */
  private static List<String> rows(List<Row> table) {
    return table.stream()
        .map(row -> row.json().replaceAll("not finite after \\d+ tokens", "not finite"))
        .sorted()
        .toList();
  }
}
