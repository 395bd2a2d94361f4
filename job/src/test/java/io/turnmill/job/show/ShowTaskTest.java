package io.turnmill.job.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the manifest of a run says of the model's prompts is seen in its conversations. */
class ShowTaskTest {
  @TempDir Path folder;

  private void session(String manifest, int droppedMessages) throws IOException {
    new ResultFolder(folder)
        .write(
            "out/results/bucket=0/part-0.parquet",
            ResultFolder.RESULTS,
            ResultFolder.session(
                "s",
                row -> {
                  ResultFolder.message(row, 0, "user", "Where?");
                  ResultFolder.message(row, 1, "assistant", "Somewhere.");
                  ResultFolder.message(row, 2, "user", "When?");
                  ResultFolder.message(row, 3, "assistant", "Sometime.");
                  ResultFolder.reply(row, 0, "Here.", 0);
                  Group reply = ResultFolder.reply(row, 2, "Now.", 0);
                  reply.append("reasoning", "Let me see.").append("reasoning_tokens", 7);
                  reply.append("reasoning_cut_short", true);
                  reply.append("dropped_messages", droppedMessages);
                }));
    Files.createDirectories(folder.resolve("out/_turnmill"));
    Files.writeString(folder.resolve("out/_turnmill/run.json"), manifest);
  }

  private String show() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Show.print(
        new ShowRequest(folder.resolve("out").toString(), 5, Optional.empty(), false, false),
        Terminal.plain(stream, stream).withColumns(100),
        new Configuration());
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void inARolloutTheArchivesRepliesAreReplaced() throws IOException {
    session("{\"settings\": {\"task.kind\": \"rollout\"}}", 0);
    assertThat(show())
        .containsSubsequence(
            "  user\n",
            "▶ model",
            "Here.",
            "  assistant · replaced by the model's reply\n",
            "  user\n",
            "▶ model",
            "Now.",
            "  assistant · replaced by the model's reply\n")
        .doesNotContain("not shown");
  }

  @Test
  void inAReplayTheyAreShownUntilTheLastTurn() throws IOException {
    session("{\"settings\": {\"task.kind\": \"replay\"}}", 0);
    assertThat(show())
        .containsSubsequence("  assistant\n", "▶ model", "  assistant · not shown to the model\n");
  }

  @Test
  void aTemplateThatMakesOneMessageOfASessionShowsAllOfIt() throws IOException {
    session("{\"settings\": {\"task.kind\": \"reply\", \"prompt.message\": \"{{ turn }}\"}}", 0);
    assertThat(show()).doesNotContain("not shown").doesNotContain("replaced");
  }

  @Test
  void reasoningStandsAboveTheAnswerWithItsTokens() throws IOException {
    session("not JSON", 0);
    assertThat(show())
        .containsSubsequence(
            "▶ model · stop · 1,234 prompt tokens · 12 reply tokens (7 reasoning, cut short)",
            "    (reasoning)\n    Let me see.\n\n    Now.\n");
  }
}
