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

/** The task {@code rollout} through the whole job. */
class RolloutRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SESSIONS = 9;

  @TempDir Path folder;

  private static List<Map<String, String>> messages(int session) {
    List<Map<String, String>> messages = new ArrayList<>();
    for (int turn = 0; turn < 2 * (1 + session % 4); turn++) {
      String role = turn % 2 == 0 ? "user" : "assistant";
      messages.add(message(role, "Session " + session + " says in turn " + turn + " something."));
    }
    return messages;
  }

  private static Map<String, String> message(String role, String content) {
    return Map.of("role", role, "content", content);
  }

  private static String line(String id, List<Map<String, String>> messages) throws IOException {
    return JSON.writeValueAsString(Map.of("session_id", id, "messages", messages)) + "\n";
  }

  private JobForTests job(String output) {
    return new JobForTests(folder.resolve(output), FakeModelLoader::new);
  }

  /** The content of each reply, by session and turn. */
  private static Map<String, Map<Integer, String>> replies(JobForTests job) {
    Map<String, Map<Integer, String>> replies = new TreeMap<>();
    for (Row result : job.results()) {
      Map<Integer, String> ofSession = new TreeMap<>();
      for (Row reply : result.<Row>getList(result.fieldIndex("replies"))) {
        assertThat(ofSession.put(reply.getAs("turn"), reply.getAs("content"))).isNull();
      }
      replies.put(result.getAs("session_id"), ofSession);
    }
    return replies;
  }

  /** A replay shows each turn what the archive holds: here the rollout's own replies. */
  @Test
  void itsRepliesAreThoseOfAReplayOverAnArchiveThatHoldsThem() throws IOException {
    StringBuilder archive = new StringBuilder();
    for (int s = 0; s < SESSIONS; s++) {
      archive.append(line("s" + s, messages(s)));
    }
    Path in = Files.writeString(folder.resolve("in.jsonl"), archive);
    JobForTests rollout = job("rollout");
    String[] settings = {
      "--input", in.toString(), "--set=task.kind=rollout", "--set=output.buckets=2"
    };
    assertThat(rollout.run(settings)).isEqualTo(ExitCode.OK);
    Map<String, Map<Integer, String>> replies = replies(rollout);

    StringBuilder own = new StringBuilder();
    int turns = 0;
    for (int s = 0; s < SESSIONS; s++) {
      List<Map<String, String>> messages = messages(s);
      for (int turn = 1; turn < messages.size(); turn += 2) {
        messages.set(turn, message("assistant", replies.get("s" + s).get(turn - 1)));
        turns++;
      }
      own.append(line("s" + s, messages));
    }
    Path dialogues = Files.writeString(folder.resolve("own.jsonl"), own);
    JobForTests replay = job("replay");
    assertThat(replay.run("--input", dialogues.toString(), "--set=task.kind=replay"))
        .isEqualTo(ExitCode.OK);

    assertThat(replies).isEqualTo(replies(replay)).hasSize(SESSIONS);
    assertThat(rollout.manifest().path("books").path("replies").asInt()).isEqualTo(turns);
    assertThat(rollout.run(settings)).isEqualTo(ExitCode.OK);
    assertThat(rollout.err()).contains("This run is complete");
    assertThat(rollout.command("show", folder.resolve("rollout").toString()))
        .isEqualTo(ExitCode.OK);
    assertThat(rollout.out()).contains("assistant · replaced by the model's reply");
  }

  @Test
  void theDialogueEndsAtATurnWithoutAReply() throws IOException {
    List<Map<String, String>> messages = new ArrayList<>(messages(3));
    messages.set(4, message("user", "word ".repeat(3000)));
    Path archive = Files.writeString(folder.resolve("in.jsonl"), line("s", messages));
    JobForTests job = job("out");
    assertThat(job.run("--input", archive.toString(), "--set=task.kind=rollout"))
        .isEqualTo(ExitCode.OK);

    Row result = job.results().get(0);
    assertThat(result.<String>getAs("status")).isEqualTo("ok");
    assertThat(replies(job).get("s").keySet()).containsExactly(0, 2);
    assertThat(result.<Row>getList(result.fieldIndex("unanswered")))
        .extracting(row -> row.<Integer>getAs("turn") + " " + row.<String>getAs("error_code"))
        .containsExactly("4 prompt_too_long", "6 earlier_turn_failed");
  }
}
