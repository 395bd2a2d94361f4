package io.turnmill.job.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents are shown with the places of answers and the text around them. */
class ShowDocumentsTest {
  private static final MessageType DOCUMENTS =
      MessageTypeParser.parseMessageType(
          """
          message spark_schema {
            optional binary id (STRING);
            optional binary status (STRING);
            optional group metadata (MAP) { repeated group key_value {
              required binary key (STRING);
              optional binary value (STRING);
            } }
            optional int64 characters;
            optional int32 pages;
            optional group answers (LIST) { repeated group list { optional group element {
              optional binary question (STRING);
              optional binary text (STRING);
              optional group chunks (LIST) { repeated group list { optional int32 element; } }
              optional int32 start;
              optional int32 end;
              optional binary finish_reason (STRING);
            } } }
            optional int32 asked_questions;
            optional int32 unanswered_questions;
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
          """);

  private static final String FIRST = "🚢 The ferry.\n\nIt sails at ";
  private static final String SECOND = "It sails at nine.\n\n渡轮九点开船。\n";

  @TempDir Path folder;

  static Group element(Group row, String list) {
    Group group =
        row.getFieldRepetitionCount(list) > 0 ? row.getGroup(list, 0) : row.addGroup(list);
    return group.addGroup("list").addGroup("element");
  }

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  static void chunk(Group row, int number, int start, String text) {
    Group chunk = element(row, "chunks");
    chunk.append("number", number).append("start", start).append("end", start + length(text));
    chunk.append("first_page", number + 1).append("last_page", number + 1).append("text", text);
    chunk.addGroup("headings").addGroup("list").append("element", "Times");
  }

  private static void document(Group row) {
    int overlap = length(FIRST) - length("It sails at ");
    row.append("id", "ferry.pdf").append("status", "ok").append("characters", 42L);
    row.addGroup("metadata")
        .addGroup("key_value")
        .append("key", "content_type")
        .append("value", "application/pdf");
    row.append("pages", 2).append("asked_questions", 2).append("chunk_count", 2);
    Group answer = element(row, "answers");
    answer.append("question", "time").append("text", "nine").append("finish_reason", "stop");
    answer.addGroup("chunks").addGroup("list").append("element", 1);
    answer.append("start", length(FIRST)).append("end", length(FIRST) + 4);
    chunk(row, 0, 0, FIRST);
    chunk(row, 1, overlap, SECOND);
  }

  private String show(Optional<String> id) throws IOException {
    new ResultFolder(folder)
        .write("out/documents/bucket=0/document-0.parquet", DOCUMENTS, ShowDocumentsTest::document);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Show.print(
        new ShowRequest(folder.resolve("out").toString(), 5, id, false, false),
        Terminal.plain(stream, stream).withColumns(100),
        new Configuration());
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void anAnswerHasItsPlaceAndTheLinesAroundIt() throws IOException {
    assertThat(show(Optional.empty()))
        .containsSubsequence(
            "━━ document ferry.pdf · ok",
            "application/pdf · 2 pages · 42 characters · 2 chunks",
            "▶ time · stop",
            "    nine\n",
            "    chunk 1 · characters 26–30 · page 2 · Times\n",
            "    │ 🚢 The ferry.\n",
            "    │ It sails at »nine«.\n",
            "    │ 渡轮九点开船。\n");
  }

  @Test
  void aDocumentIsFoundByItsId() throws IOException {
    assertThat(show(Optional.of("ferry.pdf"))).contains("━━ document ferry.pdf · ok");
  }
}
