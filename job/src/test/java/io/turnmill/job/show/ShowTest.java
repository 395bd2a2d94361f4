package io.turnmill.job.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.terminal.TextWidth;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShowTest {
  @TempDir Path folder;
  private ResultFolder results;

  @BeforeEach
  void aRunWithTwoBucketsAndTwoRejectedRows() throws IOException {
    results = new ResultFolder(folder);
    results.write(
        "out/results/bucket=2/part-0.parquet",
        ResultFolder.RESULTS,
        ResultFolder.session(
            "train-7",
            row -> {
              row.append("tenant", "acme");
              ResultFolder.carried(row, "channel", "web");
              ResultFolder.message(row, 0, "system", "Be brief.");
              ResultFolder.timed(
                  row,
                  1,
                  "user",
                  "I need a train to Cambridge.",
                  Instant.parse("2024-05-01T12:00:03Z"));
              ResultFolder.message(row, 2, "assistant", "When?");
              ResultFolder.reply(row, 1, "When do you want to leave?", 64);
            }),
        ResultFolder.session("empty", row -> ResultFolder.message(row, 0, "user", "Hi")));
    results.write(
        "out/results/bucket=10/part-0.parquet",
        ResultFolder.RESULTS,
        row -> {
          row.append("session_id", "broken").append("status", "failed");
          row.append("error_code", "model_nan").append("error_detail", "turn 0");
          row.append("rejected_messages", 2);
          ResultFolder.message(row, 0, "user", "我想订一张去北京的火车票，谢谢");
        });
    results.write(
        "out/rejected/part-0.parquet",
        ResultFolder.REJECTED,
        row ->
            row.append("scope", "message")
                .append("code", "empty_content")
                .append("source_file", "chats/a.jsonl")
                .append("line", 12L)
                .append("session_id", "train-7"),
        row ->
            row.append("scope", "session")
                .append("code", "no_user_turn")
                .append("source_file", "chats/b.jsonl")
                .append("line", 3L)
                .append("session_id", "gone"));
    Files.createDirectories(folder.resolve("out/_turnmill"));
    Files.writeString(folder.resolve("out/_turnmill/run.json"), "{}");
  }

  @Test
  void aSessionIsShownAsAConversationWithTheModelsReplyInItsPlace() throws IOException {
    assertThat(show("out", 1, Optional.empty(), false))
        .isEqualTo(
            """
            ━━ session train-7 · ok · bucket 2 · tenant acme ━━━━━━━━━━━
                channel: web

              system
                Be brief.

              user · 2024-05-01 12:00:03
                I need a train to Cambridge.

            ▶ model · stop · 1,234 prompt tokens (64 cached) · 12 reply tokens · confidence 0.82
                When do you want to leave?

              assistant · not shown to the model
                When?

            There are more sessions: --rows N shows the first N.
            """);
  }

  @Test
  void aFailedSessionSaysWhyAndWideTextFitsTheWidth() throws IOException {
    String shown = show("out/results/bucket=10", 5, Optional.empty(), false);

    assertThat(shown)
        .isEqualTo(
            """
            ━━ session broken · failed · bucket 10 · 2 messages rejected
                model_nan: turn 0

              user
                我想订一张去北京的火车票，谢谢

            """);
    Terminal narrow = terminal(new ByteArrayOutputStream()).withColumns(20);
    assertThat(show("out/results/bucket=10", 5, Optional.empty(), false, narrow).lines().skip(4))
        .allSatisfy(line -> assertThat(TextWidth.of(line)).isLessThanOrEqualTo(20))
        .contains("    我想订一张去北京", "    的火车票，谢谢");
  }

  @ParameterizedTest
  @ValueSource(strings = {"out", "out/", "out/results", "file:FOLDER/out"})
  void anyPlaceInAnOutputFolderWillDo(String place) throws IOException {
    assertThat(show(place.replace("FOLDER", folder.toString()), 9, Optional.empty(), false))
        .containsSubsequence("session train-7", "session empty", "session broken")
        .doesNotContain("There are more");
  }

  @Test
  void aBucketOrAFileShowsOnlyItsOwn() throws IOException {
    assertThat(show("out/results/bucket=10/part-0.parquet", 9, Optional.empty(), false))
        .contains("session broken · failed · bucket 10")
        .doesNotContain("train-7");
    assertThat(show("out/results/bucket=2", 9, Optional.empty(), false)).doesNotContain("broken");
  }

  @Test
  void bucketsComeInTheOrderOfTheirNumbers() throws IOException {
    assertThat(show("out", 9, Optional.empty(), false))
        .containsSubsequence("bucket 2", "bucket 10");
  }

  @Test
  void oneSessionIsFoundInWhateverFileItLies() throws IOException {
    assertThat(show("out", 5, Optional.of("broken"), false))
        .startsWith("━━ session broken")
        .doesNotContain("train-7");
  }

  @Test
  void aSessionThatWasRejectedIsFoundThere() throws IOException {
    assertThat(show("out", 5, Optional.of("gone"), false))
        .startsWith("No result for gone, but it was rejected:\n")
        .contains("no_user_turn");
  }

  @Test
  void aSessionThatIsNowhereIsOneSentence() {
    assertThatThrownBy(() -> show("out", 5, Optional.of("nobody"), false))
        .isInstanceOf(SetupException.class)
        .hasMessage("there is no session or document 'nobody' in " + folder.resolve("out"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"out", "out/results", "out/rejected", "out/rejected/part-0.parquet"})
  void rejectedRowsAreATableWithoutItsEmptyColumns(String place) throws IOException {
    assertThat(show(place, 5, Optional.empty(), true))
        .isEqualTo(
            """
            scope    code           source_file    line  session_id
            ───────  ─────────────  ─────────────  ────  ──────────
            message  empty_content  chats/a.jsonl    12  train-7
            session  no_user_turn   chats/b.jsonl     3  gone
            """);
    if (!place.equals("out") && !place.equals("out/results")) {
      assertThat(show(place, 5, Optional.empty(), false)).contains("no_user_turn");
    }
  }

  @Test
  void rejectedRowsAreLimitedAndFiltered() throws IOException {
    assertThat(show("out", 1, Optional.empty(), true))
        .contains("empty_content")
        .doesNotContain("no_user_turn")
        .endsWith("The first 1 row; --rows N shows the first N.\n");
    assertThat(show("out", 5, Optional.of("gone"), true)).doesNotContain("empty_content");
  }

  @Test
  void nothingThereYetIsSaidInAFriendlyWay() throws IOException {
    Files.createDirectories(folder.resolve("new/_turnmill"));

    assertThat(show("new", 5, Optional.empty(), false))
        .isEqualTo("There are no results in " + folder.resolve("new") + " yet.\n");
    assertThat(show("new", 5, Optional.empty(), true))
        .isEqualTo("There are no rejected rows in " + folder.resolve("new") + ".\n");
  }

  @Test
  void whatIsNoResultFolderIsOneSentence() throws IOException {
    Files.createDirectories(folder.resolve("other"));
    Files.writeString(folder.resolve("other/notes.txt"), "no Parquet");
    Files.writeString(folder.resolve("other/cut.parquet"), "PAR1");
    results.write(
        "codes.parquet",
        MessageTypeParser.parseMessageType("message m { optional binary code (STRING); }"),
        row -> row.append("code", "empty_content"));

    assertThatThrownBy(() -> show("nowhere", 5, Optional.empty(), false))
        .isInstanceOf(SetupException.class)
        .hasMessage("there is nothing at " + folder.resolve("nowhere"));
    assertThatThrownBy(() -> show("other/notes.txt", 5, Optional.empty(), false))
        .isInstanceOf(SetupException.class)
        .hasMessageEndingWith("notes.txt is not a Parquet file, or not a whole one");
    assertThatThrownBy(() -> show("other/cut.parquet", 5, Optional.empty(), false))
        .isInstanceOf(SetupException.class)
        .hasMessageEndingWith("cut.parquet is not a Parquet file, or not a whole one");
    Files.delete(folder.resolve("other/cut.parquet"));
    assertThatThrownBy(() -> show("other", 5, Optional.empty(), false))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("other does not hold results of a run");
    assertThatThrownBy(() -> show("codes.parquet", 5, Optional.empty(), false))
        .isInstanceOf(SetupException.class)
        .hasMessageEndingWith("codes.parquet does not hold results: it has no column session_id");
  }

  @Test
  void readingStopsAtTheRowsAskedFor() throws IOException {
    Files.writeString(folder.resolve("out/results/bucket=10/part-1.parquet"), "spoilt");

    assertThat(show("out", 2, Optional.empty(), false)).contains("train-7", "session empty");
  }

  @Test
  void whatAnArchiveHoldsNeverReachesTheTerminalAsControl() throws IOException {
    results.write(
        "evil/results/bucket=0/part-0.parquet",
        ResultFolder.RESULTS,
        ResultFolder.session(
            "\u001B]0;title\u0007",
            row -> {
              row.append("tenant", "\u001B[2J");
              ResultFolder.carried(row, "k\u001B[1m", "v\r\n\u009B31m");
              ResultFolder.message(row, 0, "us\u001Ber", "\u001B[31mred\r\nline\u0000");
              ResultFolder.reply(row, 0, "\u202Egpj.exe\u001B[H", 0);
            }));
    results.write(
        "evil/rejected/part-0.parquet",
        ResultFolder.REJECTED,
        row -> row.append("code", "x\u001B[m").append("source_file", "a\nb"));

    for (boolean rejected : new boolean[] {false, true}) {
      String shown = show("evil", 5, Optional.empty(), rejected);
      assertThat(shown.replace("\n", "").chars().noneMatch(Character::isISOControl)).isTrue();
      assertThat(shown).contains("␛").doesNotContain("\u202E");
    }
  }

  @Test
  void messagesThatWereCutOffAreMarkedAsNotShown() throws IOException {
    results.write(
        "cut/results/bucket=0/part-0.parquet",
        ResultFolder.RESULTS,
        ResultFolder.session(
            "long",
            row -> {
              ResultFolder.message(row, 0, "system", "Be brief.");
              ResultFolder.message(row, 1, "user", "One");
              ResultFolder.message(row, 2, "assistant", "Two");
              ResultFolder.message(row, 3, "user", "Three");
              ResultFolder.reply(row, 3, "Four", 0).append("dropped_messages", 2);
            }));

    assertThat(show("cut", 5, Optional.empty(), false).lines())
        .contains(
            "  system",
            "  user · not shown to the model",
            "  assistant · not shown to the model",
            "  user")
        .anyMatch(line -> line.startsWith("▶ model") && line.endsWith(" · 2 messages cut off"));
  }

  @Test
  void coloursAreUsedOnlyWhereTheyAreWanted() throws IOException {
    Terminal coloured = terminal(new ByteArrayOutputStream()).withColour(true);

    assertThat(show("out", 1, Optional.empty(), false, coloured))
        .contains("\u001B[1;36m▶ model\u001B[0m");
    assertThat(show("out", 1, Optional.empty(), false)).doesNotContain("\u001B");
  }

  @Test
  void rowsOfSingleTurnsAreShownBySession() throws IOException {
    results.write(
        "turns/results/bucket=0/part-0.parquet",
        MessageTypeParser.parseMessageType(
            """
            message spark_schema {
              optional binary session_id (STRING);
              optional binary status (STRING);
              optional binary error_code (STRING);
              optional int32 turn;
              optional binary role (STRING);
              optional binary content (STRING);
              optional int32 scored_tokens;
              optional double perplexity;
              optional int32 rejected_messages;
            }
            """),
        row ->
            row.append("session_id", "a")
                .append("status", "failed")
                .append("error_code", "prompt_too_long")
                .append("turn", 1)
                .append("role", "assistant")
                .append("content", "A very long answer."),
        row ->
            row.append("session_id", "a")
                .append("status", "ok")
                .append("turn", 3)
                .append("role", "assistant")
                .append("content", "Yes.")
                .append("scored_tokens", 2)
                .append("perplexity", 4.0),
        row ->
            row.append("session_id", "b")
                .append("status", "failed")
                .append("error_code", "out_of_memory"));

    assertThat(show("turns", 5, Optional.empty(), false))
        .isEqualTo(
            """
            ━━ session a · ok · bucket 0 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

              assistant
                A very long answer.

            ▶ no answer
                prompt_too_long

              assistant
                Yes.

            ▶ perplexity 4.00 · 2 tokens

            ━━ session b · failed · bucket 0 ━━━━━━━━━━━━━━━━━━━━━━━━━━━
                out_of_memory

            """);
    assertThat(show("turns", 1, Optional.empty(), false)).contains("There are more sessions");
  }

  private String show(String path, int rows, Optional<String> session, boolean rejected)
      throws IOException {
    return show(path, rows, session, rejected, terminal(new ByteArrayOutputStream()));
  }

  private String show(
      String path, int rows, Optional<String> session, boolean rejected, Terminal like)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Terminal terminal = terminal(bytes).withColour(like.colour()).withColumns(like.columns());
    String place = path.startsWith("file:") ? path : folder.resolve(path).toString();
    Show.print(
        new ShowRequest(place, rows, session, rejected, false), terminal, new Configuration());
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static Terminal terminal(ByteArrayOutputStream bytes) {
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return Terminal.plain(stream, stream).withColumns(60);
  }
}
