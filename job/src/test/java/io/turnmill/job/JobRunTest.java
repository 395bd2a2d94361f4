package io.turnmill.job;

import static io.turnmill.job.testing.JobForTests.session;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
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
        .as("a run would end as well: one of three is more than limits.max_rejected_share")
        .isEqualTo(ExitCode.TOO_MANY_FAILURES);

    assertThat(job.err()).contains("33.3 % of the records and messages were rejected");
    assertThat(job.out())
        .contains("A run would end before the model is asked.")
        .containsPattern("of one executor +about 4 min")
        .containsPattern("sessions +2")
        .containsPattern("turns +2")
        .containsPattern("prompt tokens +about \\d+")
        .containsPattern("malformed_json +1")
        .contains("sampling.max_tokens");
    assertThat(Files.exists(folder.resolve("out"))).isFalse();
  }
}
