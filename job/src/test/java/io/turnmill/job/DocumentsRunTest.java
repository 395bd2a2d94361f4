package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.SparkForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents through the whole job, with the sample classifier. */
class DocumentsRunTest {
  private static final String TOPICS =
      JobForTests.ROOT.resolve("samples/models/topic-mini").toString();

  @TempDir Path folder;

  private JobForTests job() {
    return new JobForTests(folder.resolve("out"), TOPICS, FolderModelLoader::new);
  }

  private ExitCode run(JobForTests job, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--set=documents.paths=[" + folder.resolve("in") + "]",
                "--set=task.kind=classify",
                "--set=model.dtype=float32",
                "--set=output.buckets=2"));
    all.addAll(List.of(more));
    return job.run(all.toArray(String[]::new));
  }

  private Map<String, Row> documents() {
    Map<String, Row> byId = new TreeMap<>();
    SparkForTests.any()
        .read()
        .parquet(folder.resolve("out/documents").toString())
        .collectAsList()
        .forEach(row -> byId.put(row.getAs("id"), row));
    return byId;
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve("in").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String longText(String word, int paragraphs) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < paragraphs; i++) {
      text.append("The ").append(word).append(" number ").append(i);
      text.append(" was booked for the day after. It cost 12 euros, and it was late.\n\n");
    }
    return text.toString();
  }

  @Test
  void eachDocumentHasARowWhoseChunksAreItsText() throws IOException {
    write("a.txt", longText("train", 60));
    write("b.md", "# Hotels 🏨\n\n" + longText("room", 5) + "## Prices\n\n" + longText("bed", 40));
    write("empty.txt", "  \n");
    JobForTests job = job();

    assertThat(run(job, "--set=chunk.max_tokens=64", "--set=limits.max_rejected_share=1"))
        .as(job.err())
        .isEqualTo(ExitCode.OK);

    Map<String, Row> documents = documents();
    assertThat(documents).hasSize(2);
    for (Map.Entry<String, Row> of : documents.entrySet()) {
      String text = Files.readString(Path.of(of.getKey()));
      List<Row> chunks = of.getValue().getList(of.getValue().fieldIndex("chunks"));
      assertThat(chunks).hasSizeGreaterThan(3);
      StringBuilder whole = new StringBuilder();
      for (Row chunk : chunks) {
        String own = chunk.getAs("text");
        int start = text.offsetByCodePoints(0, chunk.<Integer>getAs("start"));
        int end = text.offsetByCodePoints(0, chunk.<Integer>getAs("end"));
        assertThat(own).isEqualTo(text.substring(start, end));
        whole.append(own.substring(own.offsetByCodePoints(0, chunk.<Integer>getAs("overlap"))));
        assertThat(chunk.<Integer>getAs("tokens")).isLessThanOrEqualTo(64);
      }
      assertThat(whole.toString()).isEqualTo(text);
      assertThat(of.getValue().<String>getAs("status")).isEqualTo("ok");
    }
    assertThat(job.out()).contains("documents in").contains("chunks").contains("tokens in");
  }

  @Test
  void labelsOfADocumentAreTheMeanOfItsChunksByTheirTokens() throws IOException {
    write("a.txt", longText("train", 30) + longText("restaurant", 30));
    JobForTests job = job();

    assertThat(run(job, "--set=chunk.max_tokens=64", "--set=chunk.overlap=0"))
        .as(job.err())
        .isEqualTo(ExitCode.OK);

    Row document = documents().values().iterator().next();
    Map<String, Double> sums = new HashMap<>();
    double weight = 0;
    List<Row> chunks = document.getList(document.fieldIndex("chunks"));
    for (Row chunk : chunks) {
      int tokens = chunk.<Integer>getAs("tokens");
      weight += tokens;
      List<Row> scores = chunk.getList(chunk.fieldIndex("scores"));
      scores.forEach(
          of -> sums.merge(of.getAs("label"), tokens * of.<Double>getAs("score"), Double::sum));
    }
    List<Row> scores = document.getList(document.fieldIndex("scores"));
    assertThat(scores).hasSameSizeAs(sums.keySet());
    for (Row of : scores) {
      assertThat(of.<Double>getAs("score"))
          .isCloseTo(
              sums.get(of.<String>getAs("label")) / weight,
              org.assertj.core.api.Assertions.within(1e-9));
    }
  }

  private ExitCode summarise(JobForTests job, String policy) {
    return job.run(
        "--set=documents.paths=[" + folder.resolve("in") + "]",
        "--set=documents.failed_chunk=" + policy,
        "--set=task.kind=summarise",
        "--set=chunk.max_tokens=64",
        "--set=limits.max_failed_share=1",
        "--overwrite");
  }

  @Test
  void aChunkThatFailsLeavesItsDocumentPartialOrFailsItAndNoOther() throws IOException {
    write("bad.txt", longText("train", 8) + FakeModelLoader.POISON + "\n\n" + longText("bus", 8));
    write("good.txt", longText("room", 8));
    JobForTests job = new JobForTests(folder.resolve("out"), FakeModelLoader::new);

    assertThat(summarise(job, "partial")).as(job.err()).isEqualTo(ExitCode.OK);

    Row bad = documents().get(folder.resolve("in/bad.txt").toString());
    assertThat(bad.<String>getAs("status")).isEqualTo("partial");
    List<Row> chunks = bad.getList(bad.fieldIndex("chunks"));
    long failed = chunks.stream().filter(chunk -> chunk.getAs("error_code") != null).count();
    assertThat(failed).isBetween(1L, 2L); // the overlap may repeat it
    assertThat(bad.<Integer>getAs("failed_chunks").longValue()).isEqualTo(failed);
    assertThat(chunks.stream().filter(chunk -> chunk.getAs("error_code") != null))
        .allSatisfy(
            chunk -> assertThat(chunk.<String>getAs("text")).contains(FakeModelLoader.POISON));
    Row good = documents().get(folder.resolve("in/good.txt").toString());
    assertThat(good.<String>getAs("status")).isEqualTo("ok");

    assertThat(summarise(job, "fail")).as(job.err()).isEqualTo(ExitCode.OK);

    Map<String, String> statuses = new TreeMap<>();
    documents()
        .forEach(
            (id, row) -> statuses.put(Path.of(id).getFileName().toString(), row.getAs("status")));
    assertThat(statuses).isEqualTo(Map.of("bad.txt", "failed", "good.txt", "ok"));
    assertThat(job.manifest().path("books").path("documents").path("failed").asInt()).isEqualTo(1);
  }
}
