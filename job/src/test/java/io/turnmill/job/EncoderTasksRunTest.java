package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.testing.onnx.PublishedEncoder;
import io.turnmill.torch.EncoderGolden;
import io.turnmill.torch.EncoderGolden.Input;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tasks {@code embed} and {@code classify} with encoders, through the whole job: what
 * sentence-transformers and transformers say of the same texts.
 */
class EncoderTasksRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final float TOLERANCE = 1e-4f;

  /**
   * For vectors of length 1 and 384 numbers, which are about 0.05 each: float32 rounds those by
   * 4e-9, and six layers make at most 3e-7 of it where this was measured.
   */
  private static final float UNIT_TOLERANCE = 2e-6f;

  @TempDir Path folder;

  private JobForTests job(String output, EncoderGolden golden) {
    String model = golden.model().path().toString();
    return new JobForTests(folder.resolve(output), model, FolderModelLoader::new);
  }

  private static String[] settings(Path archive, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of("--input", archive.toString(), "--set=model.dtype=float32", "--set"));
    all.add("output.buckets=2");
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** One session for each input, whose id is its place. */
  private Path archive(Map<Integer, Input> inputs) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<Integer, Input> input : inputs.entrySet()) {
      Map<String, Object> record = new HashMap<>();
      record.put("session_id", input.getKey().toString());
      Optional<String> pair = input.getValue().pair();
      String text = pair.orElse(input.getValue().text());
      pair.ifPresent(second -> record.put("query", input.getValue().text()));
      record.put("messages", List.of(Map.of("role", "user", "content", text)));
      lines.append(JSON.writeValueAsString(record)).append('\n');
    }
    return Files.writeString(folder.resolve("in.jsonl"), lines);
  }

  /** By the name of the prompt, the inputs that a session can hold, by place. */
  private static Map<String, Map<Integer, Input>> byPrompt(EncoderGolden golden) {
    Map<String, Map<Integer, Input>> byPrompt = new TreeMap<>();
    for (int place = 0; place < golden.inputs().size(); place++) {
      Input input = golden.inputs().get(place);
      if (!input.pair().orElse(input.text()).isBlank()) {
        String prompt = input.promptName().orElse("");
        byPrompt.computeIfAbsent(prompt, any -> new TreeMap<>()).put(place, input);
      }
    }
    return byPrompt;
  }

  private static Row only(Row result, String column) {
    List<Row> answers = result.getList(result.fieldIndex(column));
    assertThat(answers).hasSize(1);
    return answers.get(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"distilbert-mean", "bert-dense", "qwen3-embedding", "bert-without-prompt"})
  void vectorsAreThoseOfSentenceTransformers(String name) throws IOException {
    embedsWithin(TOLERANCE, EncoderGolden.named(name));
  }

  @Test
  @Tag("slow")
  void vectorsOfAPublishedEncoderAreThoseOfSentenceTransformers() throws IOException {
    Path model = folder.resolve("all-minilm-l6-v2");
    PublishedEncoder.write(model);
    embedsWithin(UNIT_TOLERANCE, EncoderGolden.published("all-minilm-l6-v2", model));
  }

  private void embedsWithin(float tolerance, EncoderGolden golden) throws IOException {
    List<float[][]> expected = golden.outputs();
    for (Map.Entry<String, Map<Integer, Input>> of : byPrompt(golden).entrySet()) {
      JobForTests job = job("out-" + of.getKey(), golden);
      assertThat(
              job.run(
                  settings(
                      archive(of.getValue()),
                      "--set=task.kind=embed",
                      "--set=embed.each=user_turn",
                      "--set=embed.too_long=cut",
                      "--set=embed.prompt=" + of.getKey())))
          .as(job.err())
          .isEqualTo(ExitCode.OK);
      List<Row> results = job.results();
      assertThat(results).hasSize(of.getValue().size());
      for (Row result : results) {
        int place = Integer.parseInt(result.getAs("session_id"));
        List<Float> vector = list(only(result, "embeddings"), "vector");
        float[] wanted = expected.get(place)[0];
        assertThat(vector).hasSize(wanted.length);
        for (int i = 0; i < wanted.length; i++) {
          assertThat(vector.get(i)).isCloseTo(wanted[i], within(tolerance));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-classifier", "roberta-multi-label", "xlm-roberta-reranker"})
  void scoresAreThoseOfTransformers(String name) throws IOException {
    EncoderGolden golden = EncoderGolden.named(name);
    List<float[]> expected = golden.probabilities();
    Map<Integer, Input> inputs = byPrompt(golden).get("");
    boolean pairs = inputs.values().stream().allMatch(input -> input.pair().isPresent());
    inputs.values().removeIf(input -> input.pair().isPresent() != pairs);
    JobForTests job = job("out", golden);
    String[] query = {"--set=input.carry=[query]", "--set=classify.query_field=query"};
    assertThat(
            job.run(
                settings(
                    archive(inputs),
                    Stream.concat(
                            Stream.of(
                                "--set=task.kind=classify",
                                "--set=classify.each=turn",
                                "--set=classify.too_long=cut"),
                            Stream.of(pairs ? query : new String[0]))
                        .toArray(String[]::new))))
        .as(job.err())
        .isEqualTo(ExitCode.OK);
    List<Row> results = job.results();
    assertThat(results).hasSize(inputs.size()).isNotEmpty();
    for (Row result : results) {
      float[] wanted = expected.get(Integer.parseInt(result.getAs("session_id")));
      Row answer = only(result, "classifications");
      List<Row> scores = answer.getList(answer.fieldIndex("scores"));
      assertThat(scores).hasSize(wanted.length);
      for (Row score : scores) {
        int label = golden.labels().indexOf(score.<String>getAs("label"));
        assertThat(score.<Double>getAs("score"))
            .isCloseTo((double) wanted[label], within((double) TOLERANCE));
      }
      assertThat(answer.<String>getAs("label")).isEqualTo(golden.labels().get(greatest(wanted)));
    }
  }

  private static int greatest(float[] scores) {
    int greatest = 0;
    for (int i = 1; i < scores.length; i++) {
      greatest = scores[i] > scores[greatest] ? i : greatest;
    }
    return greatest;
  }

  private static <V> List<V> list(Row row, String column) {
    return row.getList(row.fieldIndex(column));
  }

  @Test
  void aLongSessionIsTheMeanOfItsChunksOrIsCutOrRejected() throws IOException {
    EncoderGolden golden = EncoderGolden.named("bert-max");
    String text = "one two three four five six seven eight nine ten ".repeat(40);
    Path archive =
        Files.writeString(folder.resolve("long.jsonl"), JobForTests.session("long", text));
    String[] embed = {"--set=task.kind=embed", "--set=engine.max_model_len=16"};
    JobForTests chunked = job("chunked", golden);
    assertThat(chunked.run(settings(archive, embed))).as(chunked.err()).isEqualTo(ExitCode.OK);
    Row whole = only(chunked.results().get(0), "embeddings");
    assertThat(whole.<Integer>getAs("chunks")).isGreaterThan(10);
    assertThat(whole.<Integer>getAs("cut_tokens")).isZero();
    assertThat(whole.isNullAt(whole.fieldIndex("turn"))).as("it is of the session").isTrue();

    JobForTests cut = job("cut", golden);
    assertThat(cut.run(settings(archive, embed[0], embed[1], "--set=embed.too_long=cut")))
        .isEqualTo(ExitCode.OK);
    Row part = only(cut.results().get(0), "embeddings");
    assertThat(part.<Integer>getAs("chunks")).isOne();
    assertThat(part.<Integer>getAs("prompt_tokens") + part.<Integer>getAs("cut_tokens"))
        .isEqualTo(whole.<Integer>getAs("prompt_tokens"));

    JobForTests rejected = job("rejected", golden);
    assertThat(
            rejected.run(
                settings(
                    archive,
                    embed[0],
                    embed[1],
                    "--set=embed.too_long=reject",
                    "--set=limits.max_rejected_share=1")))
        .isEqualTo(ExitCode.OK);
    assertThat(rejected.rejected().get(0).<String>getAs("code")).isEqualTo("text_too_long");
  }

  @Test
  void aModelThatCannotBeAskedIsRefusedAtTheStart() throws IOException {
    Path archive = Files.writeString(folder.resolve("in.jsonl"), JobForTests.session("s", "hi"));
    JobForTests job = job("out", EncoderGolden.named("bert-max"));
    assertThat(job.run(settings(archive))).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("it can be asked for task.kind = embed, not for reply");
    assertThat(job.run(settings(archive, "--set=task.kind=classify"))).isEqualTo(ExitCode.SETUP);
    assertThat(job.run(settings(archive, "--set=task.kind=embed", "--set=embed.prompt=question")))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("embed.prompt: the model has no prompt named 'question'");
    assertThat(job.run(settings(archive, "--set=task.kind=embed", "--set=embed.dimensions=100000")))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("embed.dimensions");
  }
}
