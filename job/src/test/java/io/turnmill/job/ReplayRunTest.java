package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The task {@code replay} through the whole job. */
class ReplayRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SESSIONS = 12;

  @TempDir Path folder;

  private static List<Map<String, String>> messages(int session) {
    List<Map<String, String>> messages = new ArrayList<>();
    for (int turn = 0; turn < 3 + session % 5; turn++) {
      String text = "Session " + session + " says in turn " + turn + " something.";
      messages.add(Map.of("role", turn % 2 == 0 ? "user" : "assistant", "content", text));
    }
    return messages;
  }

  private static String line(String id, List<Map<String, String>> messages) throws IOException {
    return JSON.writeValueAsString(Map.of("session_id", id, "messages", messages)) + "\n";
  }

  private JobForTests job(String output) {
    return new JobForTests(folder.resolve(output), FakeModelLoader::new);
  }

  /** By session and turn. */
  private static Map<String, String> replies(List<Row> results) {
    Map<String, String> replies = new TreeMap<>();
    for (Row result : results) {
      for (Row reply : result.<Row>getList(result.fieldIndex("replies"))) {
        String session = result.<String>getAs("session_id").replaceFirst("-.*", "");
        String turn = session + " " + reply.<Integer>getAs("turn");
        assertThat(replies.put(turn, reply.getAs("content"))).isNull();
      }
    }
    return replies;
  }

  @Test
  void everyTurnHasTheReplyThatItsBeginningAloneGets() throws IOException {
    StringBuilder whole = new StringBuilder();
    StringBuilder beginnings = new StringBuilder();
    int turns = 0;
    for (int s = 0; s < SESSIONS; s++) {
      List<Map<String, String>> messages = messages(s);
      whole.append(line("s" + s, messages));
      for (int turn = 0; turn < messages.size(); turn += 2) {
        beginnings.append(line("s" + s + "-" + turn, messages.subList(0, turn + 1)));
        turns++;
      }
    }
    Path archive = Files.writeString(folder.resolve("whole.jsonl"), whole);
    Path parts = Files.writeString(folder.resolve("parts.jsonl"), beginnings);
    JobForTests single = job("single");
    assertThat(single.run("--input", parts.toString())).isEqualTo(ExitCode.OK);
    JobForTests replay = job("replay");
    String[] settings = {
      "--input", archive.toString(), "--set=task.kind=replay", "--set=output.buckets=2"
    };
    assertThat(replay.run(settings)).isEqualTo(ExitCode.OK);

    assertThat(replies(replay.results())).hasSize(turns).isEqualTo(replies(single.results()));
    assertThat(replay.manifest().path("books").path("ok").asInt()).isEqualTo(SESSIONS);
    assertThat(replay.manifest().path("books").path("replies").asInt()).isEqualTo(turns);
    assertThat(replay.manifest().path("books").path("unanswered_turns").asInt()).isZero();
    assertThat(replay.run(settings)).isEqualTo(ExitCode.OK);
    assertThat(replay.err()).contains("This run is complete");
    assertThat(replay.run("--input", archive.toString()))
        .as("another task is another run")
        .isEqualTo(ExitCode.SETUP);
  }

  @Test
  void aTurnThatHasNoReplyIsToldBesideTheOthers() throws IOException {
    List<Map<String, String>> messages = new ArrayList<>(messages(2));
    messages.set(4, Map.of("role", "user", "content", "word ".repeat(3000)));
    Path archive = Files.writeString(folder.resolve("in.jsonl"), line("s", messages));
    JobForTests job = job("out");
    assertThat(job.run("--input", archive.toString(), "--set=task.kind=replay"))
        .isEqualTo(ExitCode.OK);

    Row result = job.results().get(0);
    assertThat(result.<String>getAs("status")).isEqualTo("ok");
    assertThat(replies(List.of(result)).keySet()).containsExactly("s 0", "s 2");
    List<Row> unanswered = result.getList(result.fieldIndex("unanswered"));
    assertThat(unanswered).hasSize(1);
    assertThat(unanswered.get(0).<Integer>getAs("turn")).isEqualTo(4);
    assertThat(unanswered.get(0).<String>getAs("error_code")).isEqualTo("prompt_too_long");
    assertThat(job.manifest().path("books").path("unanswered_turns").asInt()).isOne();

    assertThat(job.command("show", folder.resolve("out").toString())).isEqualTo(ExitCode.OK);
    assertThat(job.out()).contains("▶ no reply").contains("prompt_too_long");
    String[] lines = job.out().lines().map(String::strip).toArray(String[]::new);
    List<String> order = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("user") || line.startsWith("▶")) {
        order.add(line.replaceFirst(" ·.*", ""));
      }
    }
    assertThat(order).containsExactly("user", "▶ model", "user", "▶ model", "user", "▶ no reply");
  }
}
