package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.engine.decode.DecoderEngine;
import io.turnmill.engine.decode.EngineConfig;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.runtime.DecoderFrontEnd;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import io.turnmill.testing.FakeForwardPass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies that are kept from one run to the next. */
class CachedRunsTest {
  private static final String SAMPLES = JobForTests.ROOT.resolve("samples/sessions").toString();

  @TempDir Path folder;

  /** A model that must not be asked. */
  record UnaskedModelLoader(RuntimeOptions options) implements ModelLoader {
    private static final long serialVersionUID = 1L;

    @Override
    public String identity() {
      return "unasked " + options;
    }

    @Override
    public ModelRuntime load() {
      DecoderFrontEnd parts = DecoderFrontEnd.open(options);
      FakeForwardPass pass =
          new FakeForwardPass(parts.folder().spec().vocabSize() + 2, 2, 0.05)
              .beforeForward(
                  batch -> {
                    throw new IllegalStateException("The model must not be asked.");
                  });
      EngineConfig sizes = new EngineConfig(8, 64, parts.maxModelLen());
      return ModelRuntime.of(
          parts,
          DecoderEngine.start(pass, sizes, FakeModelLoader.fakeOf(parts, options)),
          sizes.maxNumSeqs());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.8"})
  void resultsAreTheSameWithTheCacheAndWithoutItAndTheSecondRunComputesNothing(String temperature) {
    String[] settings = {"--input", SAMPLES, "--set", "sampling.temperature=" + temperature};
    JobForTests without = job("without");
    assertThat(without.run(settings)).isEqualTo(ExitCode.OK);
    assertThat(books(without).path("cached_replies").asLong()).isZero();

    JobForTests first = job("first");
    assertThat(first.run(cached(settings))).isEqualTo(ExitCode.OK);
    assertThat(results(first)).isEqualTo(results(without)).hasSizeGreaterThanOrEqualTo(180);

    JobForTests second = job("second", UnaskedModelLoader::new);
    assertThat(second.run(cached(settings))).isEqualTo(ExitCode.OK);
    assertThat(results(second)).isEqualTo(results(without));
    long ok = books(second).path("ok").asLong();
    assertThat(books(second).path("cached_replies").asLong()).isEqualTo(ok);
    assertThat(books(second).path("computed_tokens").asLong()).isZero();
    assertThat(second.out()).contains(ok + " replies from the cache");
    for (String count : List.of("prompt_tokens", "completion_tokens")) {
      assertThat(books(second).path(count)).isEqualTo(books(without).path(count));
    }
  }

  @Test
  void aRunWithMoreSessionsComputesOnlyTheseWithWhateverNumberOfBuckets() throws IOException {
    assertThat(cachedReplies(20, "first", "output.buckets=4")).isZero();
    assertThat(cachedReplies(30, "more", "output.buckets=8")).isEqualTo(20);
    assertThat(cachedReplies(31, "most", "output.buckets=6")).isEqualTo(30);
    JobForTests without = job("without");
    assertThat(without.run("--input", archive(31), "--set", "output.buckets=6"))
        .isEqualTo(ExitCode.OK);
    assertThat(results(job("most"))).isEqualTo(results(without)).hasSize(31);
  }

  @Test
  void whatIsComputedInAnotherWayIsNotFound() throws IOException {
    Path otherModel = Files.createDirectories(folder.resolve("model"));
    try (Stream<Path> files = Files.list(Path.of(JobForTests.MODEL))) {
      for (Path file : files.toList()) {
        Files.copy(file, otherModel.resolve(file.getFileName()));
      }
    }
    Path config = otherModel.resolve("generation_config.json");
    Files.writeString(config, Files.readString(config) + "\n");

    assertThat(cachedReplies(9, "first", "sampling.seed=1")).isZero();
    assertThat(cachedReplies(9, "longer", "sampling.max_tokens=13")).isZero();
    assertThat(cachedReplies(9, "stopped", "sampling.stop=[zq]")).isZero();
    assertThat(cachedReplies(9, "exact", "model.dtype=float32")).isZero();
    JobForTests other =
        new JobForTests(folder.resolve("other"), otherModel.toString(), FakeModelLoader::new);
    assertThat(other.run(cached("--input", archive(9)))).isEqualTo(ExitCode.OK);
    assertThat(books(other).path("cached_replies").asLong()).isZero();
    assertThat(cachedReplies(9, "seed", "sampling.seed=2")).as("greedy draws nothing").isEqualTo(9);
  }

  @Test
  void damagedFilesAreSkippedAndTheirRepliesComputedAgain() throws IOException {
    assertThat(cachedReplies(40, "first", "output.buckets=4")).isZero();
    Map<String, String> expected = results(job("first"));
    List<Path> files = cacheFiles();
    assertThat(files).hasSize(4);
    byte[] flipped = Files.readAllBytes(files.get(0));
    flipped[flipped.length / 4] ^= 1;
    Files.write(files.get(0), flipped);
    byte[] whole = Files.readAllBytes(files.get(1));
    Files.write(files.get(1), Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(files.get(2), "This was never a Parquet file.");
    for (Path file : files) {
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
      Files.writeString(file.resolveSibling("_half.parquet"), "half of a file");
    }

    long cached = cachedReplies(40, "second", "output.buckets=4");
    assertThat(cached).isBetween(1L, 20L);
    assertThat(results(job("second"))).isEqualTo(expected);
    // What was computed again lies beside the damaged files.
    assertThat(cachedReplies(40, "third", "output.buckets=4")).isEqualTo(40);
  }

  @Test
  void equalPromptsAreComputedOnceAndFailuresEachTime() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      lines.add(JobForTests.session("same" + i, "The same question"));
    }
    for (int i = 0; i < 3; i++) {
      lines.add(JobForTests.session("bad" + i, "Bad " + FakeModelLoader.POISON));
    }
    Path archive = Files.writeString(folder.resolve("same.jsonl"), String.join("", lines));
    String[] settings = {
      "--input", archive.toString(), "--set", "limits.max_failed_share=1",
    };
    JobForTests first = job("first");
    assertThat(first.run(cached(settings))).isEqualTo(ExitCode.OK);
    assertThat(books(first).path("cached_replies").asLong()).isEqualTo(29);
    assertThat(books(first).path("failed").asLong()).isEqualTo(3);
    assertThat(first.results().stream().filter(row -> row.getAs("status").equals("ok")))
        .hasSize(30)
        .map(row -> row.<Row>getList(row.fieldIndex("replies")).get(0).getAs("content"))
        .containsOnly(
            first.results().stream()
                .filter(row -> row.getAs("status").equals("ok"))
                .map(row -> row.<Row>getList(row.fieldIndex("replies")).get(0).getAs("content"))
                .findFirst()
                .orElseThrow());

    JobForTests second = job("second");
    assertThat(second.run(cached(settings))).isEqualTo(ExitCode.OK);
    assertThat(books(second).path("cached_replies").asLong()).isEqualTo(30);
    assertThat(books(second).path("failed").asLong()).isEqualTo(3);
  }

  @Test
  void aCacheThatCannotBeWrittenIsSaidBeforeAnythingRuns() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "a file");
    JobForTests job = job("out");
    assertThat(job.run("--input", archive(1), "--set", "cache.path=" + file))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("cache.path: cannot write to " + file);
  }

  private JobForTests job(String output) {
    return job(output, FakeModelLoader::new);
  }

  private JobForTests job(String output, ModelLoaderFactory loaders) {
    return new JobForTests(folder.resolve(output), loaders);
  }

  private String[] cached(String... arguments) {
    return Stream.concat(
            Stream.of(arguments), Stream.of("--set", "cache.path=" + folder.resolve("cache")))
        .toArray(String[]::new);
  }

  /** Runs over the first sessions of an archive, and says how many replies were known. */
  private long cachedReplies(int sessions, String output, String setting) throws IOException {
    JobForTests job = job(output);
    assertThat(job.run(cached("--input", archive(sessions), "--set", setting)))
        .as(job.err())
        .isEqualTo(ExitCode.OK);
    assertThat(books(job).path("ok").asInt()).isEqualTo(sessions);
    return books(job).path("cached_replies").asLong();
  }

  private String archive(int sessions) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < sessions; i++) {
      lines.append(JobForTests.session("s" + i, "A question of number " + i));
    }
    return Files.writeString(folder.resolve("in" + sessions + ".jsonl"), lines).toString();
  }

  private List<Path> cacheFiles() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  private static JsonNode books(JobForTests job) {
    return job.manifest().path("books");
  }

  /** Every column of every session but how much of a prompt was not computed. */
  private static Map<String, String> results(JobForTests job) {
    Map<String, String> results = new TreeMap<>();
    for (Row row : job.results()) {
      String all = row.json().replaceAll("\"cached_tokens\":\\d+", "");
      assertThat(results.put(row.getAs("session_id"), all)).isNull();
    }
    return results;
  }
}
