package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.testing.JobForTests;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tasks {@code score} and {@code classify} with the sample model itself, through the whole job:
 * what transformers computes; see {@code golden/scores/ORIGIN.md}.
 */
class AskedModelRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SESSIONS = JobForTests.ROOT.resolve("samples/sessions/sessions.jsonl");

  /** Of mean log-probabilities and of probabilities, in float32. */
  private static final double TOLERANCE = 1e-4;

  private static final List<String> LABELS =
      List.of("praise", "complaint", "question about money", "question");

  @TempDir Path folder;

  private JobForTests run(String output, Path archive, String... settings) {
    JobForTests job = new JobForTests(folder.resolve(output), FolderModelLoader::new);
    List<String> all =
        new ArrayList<>(
            List.of("--input=" + archive, "--set=model.dtype=float32", "--set=output.buckets=2"));
    all.addAll(List.of(settings));
    assertThat(job.run(all.toArray(String[]::new))).as(job.err()).isEqualTo(ExitCode.OK);
    return job;
  }

  private static List<JsonNode> golden(String name) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                AskedModelRunTest.class.getResourceAsStream("/golden/scores/" + name),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows.add(JSON.readTree(line));
      }
    }
    return rows;
  }

  /** The sessions of which golden labels are known. */
  private Path labelledSessions(List<JsonNode> golden) throws IOException {
    Set<String> ids =
        golden.stream().map(row -> row.path("session_id").asText()).collect(Collectors.toSet());
    StringBuilder lines = new StringBuilder();
    for (String line : Files.readAllLines(SESSIONS)) {
      if (ids.contains(JSON.readTree(line).path("session_id").asText())) {
        lines.append(line).append('\n');
      }
    }
    return Files.writeString(folder.resolve("labelled.jsonl"), lines);
  }

  private static List<Row> answers(Row result, String column) {
    return result.getList(result.fieldIndex(column));
  }

  private static Map<String, Row> bySession(JobForTests job) {
    Map<String, Row> rows = new HashMap<>();
    job.results().forEach(row -> rows.put(row.getAs("session_id"), row));
    return rows;
  }

  @Test
  void theLossOfEachTurnByTheAssistantIsThatOfTransformers() throws IOException {
    JobForTests job = run("out", SESSIONS, "--set=task.kind=score", "--set=score.logprobs=true");
    Map<String, Row> scores = new HashMap<>();
    for (Row result : job.results()) {
      for (Row score : answers(result, "scores")) {
        scores.put(result.getAs("session_id") + " " + score.getAs("turn"), score);
      }
    }
    List<JsonNode> expected = golden("scores.jsonl");
    assertThat(expected).isNotEmpty();
    long computed = 0;
    long alone = 0;
    for (JsonNode turn : expected) {
      String place = turn.path("session_id").asText() + " " + turn.path("turn").asInt();
      Row score = scores.remove(place);
      assertThat(score.<Integer>getAs("prompt_tokens"))
          .as(place)
          .isEqualTo(turn.path("prompt_tokens").asInt());
      int tokens = score.<Integer>getAs("scored_tokens");
      assertThat(tokens).as(place).isEqualTo(turn.path("scored_tokens").asInt());
      double loss = turn.path("loss").asDouble();
      double mean = score.getAs("mean_logprob");
      assertThat(mean).as(place).isCloseTo(-loss, within(TOLERANCE));
      assertThat(score.<Double>getAs("perplexity"))
          .isCloseTo(Math.exp(loss), within(TOLERANCE * Math.exp(loss)));
      assertThat(score.<Double>getAs("sum_logprob"))
          .isCloseTo(-loss * tokens, within(TOLERANCE * tokens));
      List<Float> each = score.getList(score.fieldIndex("logprobs"));
      assertThat(each).hasSize(tokens).allMatch(logprob -> logprob <= 0);
      computed += score.<Integer>getAs("computed_tokens");
      alone += turn.path("prompt_tokens").asInt() + tokens;
    }
    assertThat(scores).as("nothing else has a score").isEmpty();
    assertThat(computed).as("turns of a session share their beginnings").isLessThan(alone / 2);
    assertThat(job.manifest().path("books").path("computed_tokens").asLong()).isEqualTo(computed);
  }

  @Test
  void ofTwoFieldsBothAreRepliesToTheLastUserTurn() throws IOException {
    Map<String, Object> pair =
        Map.of(
            "session_id",
            "pair",
            "messages",
            List.of(Map.of("role", "user", "content", "How do I open an account?")),
            "chosen",
            "Bring your passport to any of our branches.",
            "rejected",
            "No.");
    Map<String, Object> one = new HashMap<>(pair);
    one.put("session_id", "one");
    one.remove("rejected");
    Path archive =
        Files.writeString(
            folder.resolve("pairs.jsonl"),
            JSON.writeValueAsString(pair) + "\n" + JSON.writeValueAsString(one) + "\n");
    Map<String, Row> fields =
        bySession(
            run(
                "fields",
                archive,
                "--set=task.kind=score",
                "--set=input.carry=[chosen,rejected]",
                "--set=score.fields=[chosen,rejected]"));
    List<Row> both = answers(fields.get("pair"), "scores");
    assertThat(both.stream().map(score -> score.<String>getAs("field")))
        .containsExactly("chosen", "rejected");
    assertThat(answers(fields.get("one"), "scores")).hasSize(1);

    // The same as a turn of the archive.
    StringBuilder turns = new StringBuilder();
    for (String field : List.of("chosen", "rejected")) {
      List<Object> messages = new ArrayList<>((List<?>) pair.get("messages"));
      messages.add(Map.of("role", "assistant", "content", pair.get(field)));
      turns.append(JSON.writeValueAsString(Map.of("session_id", field, "messages", messages)));
      turns.append('\n');
    }
    Path written = Files.writeString(folder.resolve("turns.jsonl"), turns);
    Map<String, Row> alone = bySession(run("turns", written, "--set=task.kind=score"));
    for (Row score : both) {
      Row turn = answers(alone.get(score.<String>getAs("field")), "scores").get(0);
      assertThat(score.<Double>getAs("sum_logprob"))
          .isCloseTo(turn.<Double>getAs("sum_logprob"), within(TOLERANCE));
      assertThat(score.<Integer>getAs("turn")).isZero();
      assertThat(turn.<Integer>getAs("turn")).isOne();
    }
  }

  /** The shares of the labels, in the order of the labels. */
  private static double[] shares(Row answer, List<String> labels) {
    double[] shares = new double[labels.size()];
    for (Row score : answers(answer, "scores")) {
      shares[labels.indexOf(score.<String>getAs("label"))] = score.getAs("score");
    }
    return shares;
  }

  private static double[] doubles(JsonNode numbers) {
    double[] all = new double[numbers.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = numbers.path(i).asDouble();
    }
    return all;
  }

  private void assertShares(
      JobForTests job, List<String> labels, String kind, List<JsonNode> golden) {
    Map<String, Row> results = bySession(job);
    assertThat(golden).isNotEmpty();
    for (JsonNode session : golden) {
      String id = session.path("session_id").asText();
      Row answer = answers(results.get(id), "classifications").get(0);
      double[] expected =
          doubles(
              kind.equals("multi_label") ? session.path(kind) : session.path(kind).path("shares"));
      assertThat(shares(answer, labels)).as(id).containsExactly(expected, within(TOLERANCE));
      if (!kind.equals("multi_label")) {
        assertThat(answer.<Integer>getAs("prompt_tokens"))
            .as(id)
            .isEqualTo(session.path(kind).path("prompt_tokens").asInt());
      }
    }
  }

  @Test
  void theProbabilitiesOfLabelsAreTheNormalisedOnesOfTransformers() throws IOException {
    List<JsonNode> golden = golden("labels.jsonl");
    Path sessions = labelledSessions(golden);
    String labels = "--set=classify.labels=" + JSON.writeValueAsString(LABELS);
    String described = "--set=classify.descriptions.praise=somebody is pleased";
    JobForTests one = run("one", sessions, "--set=task.kind=classify", labels, described);
    assertShares(one, LABELS, "labels", golden);
    for (Row result : one.results()) {
      Row answer = answers(result, "classifications").get(0);
      assertThat(answer.<String>getAs("label"))
          .isEqualTo(answers(answer, "scores").get(0).<String>getAs("label"));
      assertThat(answer.isNullAt(answer.fieldIndex("value"))).isTrue();
    }
    JobForTests many =
        run(
            "many",
            sessions,
            "--set=task.kind=classify",
            labels,
            described,
            "--set=classify.multi_label=true");
    assertShares(many, LABELS, "multi_label", golden);
  }

  @Test
  void aQuestionIsAnsweredByYesOrNoAndAScaleByItsMean() throws IOException {
    List<JsonNode> golden = golden("labels.jsonl");
    Path sessions = labelledSessions(golden);
    JobForTests question =
        run(
            "question",
            sessions,
            "--set=task.kind=classify",
            "--set=classify.question=Is the user in a hurry?");
    assertShares(question, List.of("Yes", "No"), "yes_no", golden);
    List<String> levels = List.of("1", "2", "3", "4", "5");
    JobForTests scale =
        run(
            "scale",
            sessions,
            "--set=task.kind=classify",
            "--set=classify.question=How friendly is the assistant, from 1 to 5?",
            "--set=classify.labels=" + JSON.writeValueAsString(levels));
    assertShares(scale, levels, "levels", golden);
    Map<String, Row> results = bySession(scale);
    for (JsonNode session : golden) {
      double[] shares = doubles(session.path("levels").path("shares"));
      double mean = 0;
      for (int i = 0; i < shares.length; i++) {
        mean += (i + 1) * shares[i];
      }
      Row answer =
          answers(results.get(session.path("session_id").asText()), "classifications").get(0);
      assertThat(answer.<Double>getAs("value")).isCloseTo(mean, within(10 * TOLERANCE));
    }
  }

  @Test
  void whatTheModelCannotBeAskedIsSaidBeforeTheRun() throws IOException {
    JobForTests job = new JobForTests(folder.resolve("out"), FolderModelLoader::new);
    String input = "--input=" + SESSIONS;
    assertThat(job.run(input, "--set=task.kind=classify")).isEqualTo(ExitCode.SETUP);
    assertThat(job.err())
        .contains("classify.labels: a model that writes text has no labels")
        .doesNotContain("model.path: classify");
    assertThat(
            job.run(
                input,
                "--set=task.kind=classify",
                "--set=classify.question=Why?",
                "--set=classify.query=late"))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("classify.query");
    assertThat(job.run(input, "--set=task.kind=score", "--set=score.fields=[chosen]"))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("score.fields: chosen is not in input.carry");
  }
}
