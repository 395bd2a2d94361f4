package io.turnmill.job;

import static io.turnmill.job.JobForTests.session;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code run} and {@code plan} from arguments to files, with a fake forward pass. */
class JobRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private JobForTests job;

  @BeforeEach
  void place() {
    job = new JobForTests(folder.resolve("out"), FakeModelLoader::new);
  }

  @Test
  void everySampleSessionComesOutOnceWithAReply() throws IOException {
    String samples = JobForTests.ROOT.resolve("samples/sessions").toString();
    assertThat(job.run("--input", samples, "--set=output.buckets=2")).isEqualTo(ExitCode.OK);

    JsonNode manifest = job.manifest();
    assertThat(manifest.path("state").asText()).isEqualTo("complete");
    JsonNode books = manifest.path("books");
    assertThat(books.path("sessions").asLong())
        .isGreaterThan(300)
        .isEqualTo(
            books.path("ok").asLong()
                + books.path("failed").asLong()
                + books.path("rejected_sessions").asLong());
    String contract = Files.readString(JobForTests.ROOT.resolve("samples/FORMAT.md"));
    for (JsonNode fields : List.of(manifest, books)) {
      fields.fieldNames().forEachRemaining(name -> assertThat(contract).contains("`" + name + "`"));
    }
    List<Row> rows = job.results();
    assertThat(rows).hasSize(books.path("ok").asInt());
    assertThat(rows.stream().map(row -> row.<String>getAs("session_id"))).doesNotHaveDuplicates();
    for (Row row : rows) {
      List<Row> messages = row.getList(row.fieldIndex("messages"));
      List<Row> replies = row.getList(row.fieldIndex("replies"));
      assertThat(replies).hasSize(1);
      Row reply = replies.get(0);
      assertThat(messages.get(reply.<Integer>getAs("turn")).<String>getAs("role"))
          .isEqualTo("user");
      assertThat(messages.subList(reply.<Integer>getAs("turn") + 1, messages.size()))
          .allSatisfy(behind -> assertThat(behind.<String>getAs("role")).isNotEqualTo("user"));
      assertThat(reply.<Double>getAs("confidence"))
          .isEqualTo(Math.exp(reply.<Double>getAs("mean_logprob")))
          .isBetween(0.0, 1.0);
      assertThat(row.<String>getAs("model_fingerprint"))
          .isEqualTo(manifest.path("model").path("fingerprint").asText());
    }
    assertThat(Files.exists(folder.resolve("out/_turnmill/work"))).isFalse();
    assertThat(job.out()).contains("sessions in").contains("show");
  }

  @Test
  void spoiltRecordsAreRejectedEachWithItsCodeAndNoNeighbour() throws IOException {
    ExitCode code =
        job.run(
            "--input",
            JobForTests.ROOT.resolve("samples/spoilt/records.jsonl").toString(),
            "--input",
            JobForTests.ROOT.resolve("samples/spoilt/records.csv").toString(),
            "--set=output.buckets=2",
            "--set=limits.max_rejected_share=1");

    assertThat(code).isEqualTo(ExitCode.OK);
    Map<String, String> codes = new TreeMap<>();
    for (Row row : job.rejected()) {
      String file = Path.of(row.<String>getAs("source_file")).getFileName().toString();
      codes.merge(file + ":" + row.getAs("line"), row.getAs("code"), (a, b) -> a + "," + b);
    }
    assertThat(codes)
        .containsEntry("records.jsonl:7", "missing_session_id")
        .containsEntry("records.jsonl:8", "blank_session_id")
        .containsEntry("records.jsonl:10", "missing_role")
        .containsEntry("records.jsonl:24", "unknown_role")
        .containsEntry("records.jsonl:36", "empty_content")
        .containsEntry("records.jsonl:46", "empty_content")
        .containsEntry("records.jsonl:62", "missing_content")
        .containsEntry("records.jsonl:70", "unsupported_content")
        .containsEntry("records.jsonl:82", "invalid_turn")
        .containsEntry("records.jsonl:93", "malformed_json")
        .containsEntry("records.jsonl:94", "not_an_object")
        .containsEntry("records.jsonl:96", "invalid_utf8")
        .containsEntry("records.jsonl:115", "duplicate_turn")
        .containsEntry("records.jsonl:125", "no_user_turn")
        .containsEntry("records.jsonl:131", "prompt_too_long")
        .containsEntry("records.csv:16", "missing_role")
        .containsEntry("records.csv:28", "unknown_role")
        .containsEntry("records.csv:54", "invalid_turn")
        .containsEntry("records.csv:64", "malformed_csv")
        .containsEntry("records.csv:74", "malformed_csv")
        .containsEntry("records.csv:100", "malformed_csv");
    assertThat(job.results().stream().map(row -> row.<String>getAs("session_id")))
        .contains(
            "sgd-train-25_00117", "sgd-train-2_00104", "sgd-train-43_00074", "sgd-train-43_00053");
  }

  @Test
  void aSessionWhoseScoresAreNotFiniteFailsAloneAndIsCounted() throws IOException {
    Path archive =
        Files.writeString(
            folder.resolve("in.jsonl"),
            session("good", "Hello there")
                + session("bad", FakeModelLoader.POISON)
                + session("fine", "Good morning"));

    assertThat(job.run("--input", archive.toString(), "--set", "output.buckets=1"))
        .isEqualTo(ExitCode.TOO_MANY_FAILURES);

    Map<String, String> status = new TreeMap<>();
    job.results().forEach(row -> status.put(row.getAs("session_id"), row.getAs("status")));
    assertThat(status).isEqualTo(Map.of("good", "ok", "fine", "ok", "bad", "failed"));
    JsonNode books = job.manifest().path("books");
    assertThat(books.path("failed_by_code").path("non_finite_logits").asLong()).isEqualTo(1);
    assertThat(job.err()).contains("33.3 %").contains("limits.max_failed_share");
  }

  @Test
  void cutLeftAnswersWhatIsTooLong() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    List<String> messages = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      String role = i % 2 == 0 ? "user" : "assistant";
      messages.add(
          "{\"role\":\"" + role + "\",\"content\":\"" + "many words ".repeat(20) + i + "\"}");
    }
    Files.writeString(
        archive, "{\"session_id\":\"long\",\"messages\":[" + String.join(",", messages) + "]}\n");

    assertThat(job.run("--input", archive.toString(), "--set", "check.too_long=cut_left"))
        .isEqualTo(ExitCode.OK);

    Row row = job.results().get(0);
    assertThat(row.getList(row.fieldIndex("messages"))).hasSize(101);
    Row reply = (Row) row.getList(row.fieldIndex("replies")).get(0);
    assertThat(reply.<Integer>getAs("dropped_messages")).isBetween(1, 100);
    assertThat(reply.<Integer>getAs("turn")).isEqualTo(100);
  }

  @Test
  void halfOfTheSessionsRejectedIsTooManyHoweverManyMessagesTheyHave() throws IOException {
    Path archive = folder.resolve("in.jsonl");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      List<Map<String, String>> messages = new ArrayList<>();
      for (int m = 0; m < 15; m++) {
        String role = i % 2 == 0 && m % 2 == 0 ? "user" : "assistant";
        messages.add(Map.of("role", role, "content", "word " + m));
      }
      lines
          .append(JSON.writeValueAsString(Map.of("session_id", "s" + i, "messages", messages)))
          .append('\n');
    }
    Files.writeString(archive, lines);
    assertThat(job.run("--input", archive.toString())).isEqualTo(ExitCode.TOO_MANY_FAILURES);
    assertThat(job.err()).contains("50.0 % of the sessions were rejected");
  }

  @Test
  void anArchiveWithoutOneUsableSessionStillBalances() throws IOException {
    Path archive = Files.writeString(folder.resolve("in.jsonl"), "{broken\n");
    assertThat(job.run("--input", archive.toString())).isEqualTo(ExitCode.TOO_MANY_FAILURES);
    assertThat(job.manifest().path("books").path("sessions").asLong()).isZero();
    assertThat(job.rejected()).hasSize(1);

    Files.writeString(archive, "");
    assertThat(job.run("--input", archive.toString(), "--overwrite")).isEqualTo(ExitCode.OK);
    assertThat(job.rejected()).isEmpty();
  }

  @Test
  void noConversationTextIsPrinted() throws IOException {
    Path archive =
        Files.writeString(
            folder.resolve("in.jsonl"),
            session("a", "xyzzy Hello")
                + "{\"session_id\":\"b\",\"role\":\"nobody\",\"content\":\"xyzzy\"}\n"
                + "{\"session_id\":\"c\",\"content\":\"xyzzy\n");
    job.run("--input", archive.toString());
    assertThat(job.out() + job.err()).doesNotContain("xyzzy");
    assertThat(Files.readString(folder.resolve("out/_turnmill/run.json"))).doesNotContain("xyzzy");
    job.rejected().forEach(row -> assertThat(row.toString()).doesNotContain("xyzzy"));
  }

  @Test
  void planCountsAndWritesNothing() throws IOException {
    Path archive =
        Files.writeString(
            folder.resolve("in.jsonl"),
            session("a", "Hello") + JobForTests.session("b", "Hello again") + "{broken\n");

    assertThat(
            job.command(
                "plan",
                "--model",
                JobForTests.MODEL,
                "--input",
                archive.toString(),
                "--output",
                folder + "/out",
                "--prompt-rate=10",
                "--reply-rate=1"))
        .isEqualTo(ExitCode.OK);

    assertThat(job.out())
        .containsPattern("of one executor +about 4 min")
        .containsPattern("sessions +2")
        .containsPattern("turns +2")
        .containsPattern("prompt tokens +about \\d+")
        .containsPattern("malformed_json +1")
        .contains("sampling.max_tokens");
    assertThat(Files.exists(folder.resolve("out"))).isFalse();
  }
}
