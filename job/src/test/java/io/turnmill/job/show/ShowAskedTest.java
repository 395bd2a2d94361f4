package io.turnmill.job.show;

import static io.turnmill.job.show.ShowDocumentsTest.chunk;
import static io.turnmill.job.show.ShowDocumentsTest.element;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers of the task {@code ask} are shown with the chunks that the model was given. */
class ShowAskedTest {
  private static final String DOCUMENT =
      """
      optional binary id (STRING);
      optional group metadata (MAP) { repeated group key_value {
        required binary key (STRING);
        optional binary value (STRING);
      } }
      optional int64 characters;
      optional int32 pages;
      """;

  private static final String SESSION =
      """
      optional binary session_id (STRING);
      optional group messages (LIST) { repeated group list { optional group element {
        optional int32 turn;
        optional binary role (STRING);
        optional binary content (STRING);
      } } }
      optional int32 rejected_messages;
      """;

  private static final String TEXT = "It sails at nine.\n\n渡轮九点开船。\n";

  @TempDir Path folder;

  private static MessageType schema(String ofItem) {
    return MessageTypeParser.parseMessageType(
        """
        message spark_schema {
          %s
          optional binary status (STRING);
          optional group answers (LIST) { repeated group list { optional group element {
            optional binary question (STRING);
            optional boolean found;
            optional binary text (STRING);
            optional group chunks (LIST) { repeated group list { optional group element {
              optional int32 number;
              optional double score;
            } } }
            optional group dropped_chunks (LIST) { repeated group list { optional int32 element; } }
            optional binary finish_reason (STRING);
            optional double confidence;
          } } }
          optional group unanswered (LIST) { repeated group list { optional group element {
            optional binary question (STRING);
            optional binary error_code (STRING);
            optional binary error_detail (STRING);
          } } }
          optional int32 chunk_count;
          optional int32 failed_chunks;
          optional group chunks (LIST) { repeated group list { optional group element {
            optional int32 number;
            optional int32 start;
            optional int32 end;
            optional int32 first_page;
            optional int32 last_page;
            optional group headings (LIST) { repeated group list {
              optional binary element (STRING);
            } }
            optional binary text (STRING);
            optional binary error_code (STRING);
          } } }
        }
        """
            .formatted(ofItem));
  }

  private static Group answer(Group row, String question, boolean found, String text) {
    return element(row, "answers")
        .append("question", question)
        .append("found", found)
        .append("text", text)
        .append("finish_reason", "stop")
        .append("confidence", 0.5);
  }

  private static void given(Group answer, int number, double score) {
    element(answer, "chunks").append("number", number).append("score", score);
  }

  private static void answers(Group row) {
    row.append("status", "ok").append("chunk_count", 2);
    Group time = answer(row, "time", true, "Nine.");
    element(time, "chunks").append("number", 0);
    given(time, 1, 0.75);
    Group dropped = time.addGroup("dropped_chunks");
    List.of(4, 7).forEach(number -> dropped.addGroup("list").append("element", number));
    given(answer(row, "时间", true, "九点"), 1, 0.25);
    given(answer(row, "rent", false, ""), 0, 0.125);
    element(row, "unanswered")
        .append("question", "price")
        .append("error_code", "prompt_too_long")
        .append("error_detail", "3000 tokens");
    chunk(row, 0, 0, "🚢 The ferry.\n\n");
    chunk(row, 1, 14, TEXT);
  }

  private String show(String file, String schema) throws IOException {
    new ResultFolder(folder)
        .write(
            file,
            schema(schema),
            row -> {
              if (schema.equals(DOCUMENT)) {
                row.append("id", "ferry.txt").append("characters", 41L);
              } else {
                row.append("session_id", "s");
                element(row, "messages")
                    .append("turn", 0)
                    .append("role", "user")
                    .append("content", "Hello");
              }
              answers(row);
            });
    Path manifest = folder.resolve("out/_turnmill/run.json");
    Files.createDirectories(manifest.getParent());
    Files.writeString(
        manifest,
        """
        {"settings": {
          "task.kind": "ask",
          "ask.questions": {"tax": "?", "time": "?", "rent": "?", "price": "?"},
          "extract.questions": {"other": "?"}
        }}
        """);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Show.print(
        new ShowRequest(folder.resolve("out").toString(), 5, Optional.empty(), false, false),
        Terminal.plain(stream, stream).withColumns(100),
        new Configuration());
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void anAnswerHasTheChunksThatTheModelWasGivenTheBestOnesFirst() throws IOException {
    assertThat(show("out/documents/bucket=0/document-0.parquet", DOCUMENT))
        .contains(
            """
            ▶ time · stop · confidence 0.50 · shown 2 chunks
                Nine.
                chunk 1 · characters 14–41 · page 2 · Times · score 0.75
                chunk 0 · characters 0–14 · page 1 · Times
                did not fit: chunks 4, 7
                │ 🚢 The ferry.
                │ It sails at »nine.«
                │ 渡轮九点开船。
            """,
            """
            ▶ 时间 · stop · confidence 0.50 · shown 1 chunk
                九点
                chunk 1 · characters 14–41 · page 2 · Times · score 0.25
                │ It sails at nine.
                │ 渡轮»九点«开船。
            """);
  }

  @Test
  void aQuestionWithoutAnAnswerSaysWhyInTheOrderOfTheSettings() throws IOException {
    String shown = show("out/documents/bucket=0/document-0.parquet", DOCUMENT);
    assertThat(shown)
        .containsSubsequence(
            "▶ tax · no answer\n",
            "▶ time · stop",
            "▶ rent · nothing found · stop · confidence 0.50 · shown 1 chunk\n    chunk 0 · ",
            "▶ price · no answer\n    prompt_too_long: 3000 tokens\n",
            "▶ 时间 · stop");
    assertThat(shown).doesNotContain("other");
  }

  @Test
  void theAnswersOfASessionComeAfterItsMessages() throws IOException {
    String shown = show("out/results/bucket=0/part-0.parquet", SESSION);
    assertThat(shown).containsSubsequence("━━ session s · ok", "Hello", "▶ time · stop", "▶ price");
    assertThat(shown).containsOnlyOnce("prompt_too_long").doesNotContain("no reply");
  }
}
