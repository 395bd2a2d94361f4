package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.model.ZeroWeights;
import io.turnmill.testing.SharedData;
import io.turnmill.testing.SpoiltFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small inputs that once went wrong, each with what its notes expect. Those on locales need
 * processes of their own: {@link LocaleRunTest}.
 */
@SharedData.Needed
class TrialsTest {
  private static final String JSON = "28-json-as-python-writes-it/";

  @TempDir Path folder;

  private JobForTests job(String input, ExitCode expected) {
    JobForTests job = new JobForTests(folder.resolve("out"), FakeModelLoader::new);
    assertThat(job.run("--overwrite", "--input", SharedData.trials(input).toString()))
        .as(input)
        .isEqualTo(expected);
    return job;
  }

  /** The sample model with a trial's files laid over it. */
  private Path model(String trial) throws IOException {
    Path model =
        SpoiltFolder.copyOf(Path.of(JobForTests.MODEL), folder.resolve("model-" + trial)).path();
    try (Stream<Path> files = Files.list(SharedData.trials(trial + "/model"))) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return model;
  }

  /** A trial's input by a model itself: the first reply of each session. */
  private Map<String, Row> replies(String trial, Path model, String... settings) {
    JobForTests job =
        new JobForTests(folder.resolve("out"), model.toString(), FolderModelLoader::new);
    List<String> arguments = new ArrayList<>(List.of(settings));
    arguments.addAll(
        List.of(
            "--overwrite",
            "--set=model.dtype=float32",
            "--input=" + SharedData.trials(trial + "/in.jsonl")));
    assertThat(job.run(arguments.toArray(String[]::new))).as(job.err()).isEqualTo(ExitCode.OK);
    Map<String, Row> replies = new TreeMap<>();
    for (Row row : job.results()) {
      replies.put(row.getAs("session_id"), (Row) row.getList(row.fieldIndex("replies")).get(0));
    }
    return replies;
  }

  /** Without log-probabilities, whose last digits depend on who is computed together. */
  private static Map<String, List<Object>> said(Map<String, Row> replies) {
    Map<String, List<Object>> said = new TreeMap<>();
    replies.forEach(
        (session, reply) ->
            said.put(
                session,
                List.of(
                    reply.getAs("content"),
                    reply.getAs("prompt_tokens"),
                    reply.getAs("completion_tokens"))));
    return said;
  }

  private static Map<String, Integer> promptTokens(Map<String, Row> replies) {
    Map<String, Integer> tokens = new TreeMap<>();
    replies.forEach((session, reply) -> tokens.put(session, reply.getAs("prompt_tokens")));
    return tokens;
  }

  @Test
  void repliesEndWithTheTurnWhereTheTokenizerAloneNamesItsEnd() throws IOException {
    String trial = "02-eos-of-tokenizer";
    Map<String, Row> expected =
        replies(trial, Path.of(JobForTests.MODEL), "--set=sampling.max_tokens=96");
    Map<String, Row> replies = replies(trial, model(trial), "--set=sampling.max_tokens=96");
    assertThat(said(replies)).hasSize(3).isEqualTo(said(expected));
    assertThat(replies.values())
        .allSatisfy(reply -> assertThat(reply.<String>getAs("finish_reason")).isEqualTo("stop"));
  }

  @Test
  void addedWordsAreFoundInMessages() throws IOException {
    String trial = "04-added-words-in-messages";
    Path model = model(trial);
    // Its embedding is larger than that of the sample model.
    Files.delete(model.resolve("model.safetensors"));
    ZeroWeights.write(model);
    Map<String, Row> replies =
        replies(
            trial,
            model,
            "--set=sampling.logit_bias={\"6144\": 100}",
            "--set=sampling.max_tokens=3");
    assertThat(promptTokens(replies)).isEqualTo(Map.of("plain", 15, "umlaut", 44, "word", 19));
    assertThat(replies.values())
        .allSatisfy(reply -> assertThat(reply.<String>getAs("content")).isEqualTo("üüü"));
  }

  @Test
  void aSpecialTokenThatIsSpeltLeavesTheTextAroundItOneText() throws IOException {
    String trial = "05-spelt-special-metaspace";
    assertThat(promptTokens(replies(trial, model(trial))))
        .isEqualTo(Map.of("plain", 24, "spelt", 27, "spelt2", 50));
  }

  @Test
  void aTokenBeyondTheEmbeddingKeepsNobodyOut() throws IOException {
    String trial = "17-tokenizer-larger-than-embedding";
    Map<String, Row> good = replies(trial, Path.of(JobForTests.MODEL));
    assertThat(said(replies(trial, model(trial)))).hasSize(3).isEqualTo(said(good));
  }

  @Test
  void logsThatAreNamedByTimeAreReadAsFolderFileAndGlob() {
    String trial = "09-colon-in-file-name/";
    assertThat(sessions(job(trial + "in", ExitCode.OK))).containsExactly("a1", "a2", "a3");
    String name = trial + "in/chats_2024-05-01T10:00:00.jsonl";
    assertThat(sessions(job(name, ExitCode.OK))).containsExactly("a1", "a2");
    assertThat(sessions(job(trial + "in/*T11*.jsonl", ExitCode.OK))).containsExactly("a3");
  }

  @Test
  void archivesAsTheyAreCompressedAreReadWhole() {
    String trial = "10-compressed-archives/";
    JobForTests job = job(trial + "in", ExitCode.OK);
    assertThat(sessions(job)).containsExactly("bz1", "fake1", "fake2", "gz1", "gz2");
    assertThat(job.rejected()).isEmpty();
    assertThat(sessions(job(trial + "zst", ExitCode.OK))).containsExactly("zst1", "zst2");
    assertThat(sessions(job(trial + "many.jsonl", ExitCode.OK))).hasSize(40);
    assertThat(job(trial + "xz", ExitCode.SETUP).err())
        .contains("x.jsonl.xz cannot be read: compressed files may be .gz, .bz2 or .zst, not .xz");
  }

  private static List<String> sessions(JobForTests job) {
    return job.results().stream().map(row -> row.<String>getAs("session_id")).sorted().toList();
  }

  @Test
  void numbersThatJsonHasNotAreRead() {
    assertThat(sessions(job(JSON + "nan.jsonl", ExitCode.OK))).containsExactly("n1", "n2", "n3");
  }

  @Test
  void anObjectOverSeveralLinesIsRead() {
    assertThat(sessions(job(JSON + "pretty.json", ExitCode.OK))).containsExactly("p1");
  }

  @Test
  void aListInsideOfAnObjectIsOneRejectionThatSaysWhatIsThere() {
    JobForTests job = job(JSON + "wrapped.json", ExitCode.TOO_MANY_FAILURES);
    assertThat(job.rejected())
        .singleElement()
        .satisfies(
            row -> assertThat(row.<String>getAs("detail")).contains("there is version, data"));
    assertThat(job.err()).contains("missing_session_id", "input.fields.session_id");
  }

  @Test
  void timesOfAllKinds() {
    JobForTests job = job("29-times-of-all-kinds/in.jsonl", ExitCode.OK);
    Instant half = Instant.parse("2024-03-10T02:30:00Z");
    Map<String, Instant> expected = new TreeMap<>();
    for (String session : List.of("iso", "sec", "ms", "us", "ns", "text", "rfc")) {
      expected.put(session, half);
    }
    expected.put("space", half.plusNanos(123_456_000));
    expected.put("nocolon", Instant.parse("2024-03-09T18:30:00Z"));
    expected.put("secfrac", half.plusMillis(123));
    expected.put("zero", Instant.EPOCH);
    assertThat(times(job)).isEqualTo(expected);
    assertThat(sessions(job)).contains("slash", "empty", "null").hasSize(14);
    assertThat(job.rejected())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.<String>getAs("scope")).isEqualTo("timestamp");
              assertThat(row.<String>getAs("code")).isEqualTo("invalid_timestamp");
              assertThat(row.<String>getAs("session_id")).isEqualTo("slash");
              assertThat(row.<String>getAs("detail")).contains("\"00/00/0000 00:00\"");
            });
  }

  @Test
  void microseconds() {
    Map<String, Instant> expected = new TreeMap<>();
    for (int i = 0; i < 5; i++) {
      expected.put("u" + i, Instant.parse("2024-03-10T02:30:00Z").plusNanos(1000L * i));
    }
    assertThat(times(job("29-times-of-all-kinds/micros.jsonl", ExitCode.OK))).isEqualTo(expected);
  }

  /** Of the first message of each session that has one. */
  private static Map<String, Instant> times(JobForTests job) {
    Map<String, Instant> times = new TreeMap<>();
    for (Row row : job.results()) {
      Row first = (Row) row.getList(row.fieldIndex("messages")).get(0);
      Object time = first.getAs("timestamp");
      if (time instanceof Timestamp at) {
        times.put(row.getAs("session_id"), at.toInstant());
      } else if (time != null) {
        times.put(row.getAs("session_id"), (Instant) time);
      }
    }
    return times;
  }
}
