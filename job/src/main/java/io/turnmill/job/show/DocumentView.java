package io.turnmill.job.show;

import io.turnmill.job.results.GroupValues;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.terminal.Terminal.Style;
import io.turnmill.job.terminal.TerminalText;
import io.turnmill.job.terminal.TextWidth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;

/** Prints a document: what it is, and the result that was made of the answers about its chunks. */
final class DocumentView {
  /** The column of a document's id. */
  static final String ID = "id";

  private static final String METADATA = "metadata";

  /** What is in the first lines, or says nothing that the id does not say. */
  private static final List<String> TOLD = List.of("content_type", "title", "name");

  private final Terminal terminal;
  private final Group row;
  private final AnswerLines lines;

  private DocumentView(Group row, Terminal terminal) {
    this.terminal = terminal;
    this.row = row;
    this.lines = new AnswerLines(terminal, "", terminal.columns(), false);
  }

  /** Whether the rows of a file are documents. */
  static boolean areIn(MessageType schema) {
    return schema.containsField(ID) && schema.containsField(METADATA);
  }

  /** The lines of a document. */
  static List<String> lines(MergedResult document, Terminal terminal) {
    DocumentView view = new DocumentView(document.row(), terminal);
    List<String> lines = new ArrayList<>(List.of(view.head()));
    view.about();
    view.lines.lines().forEach(line -> lines.add(line.text()));
    lines.addAll(MergedView.lines(document, terminal));
    return lines;
  }

  private String head() {
    String id = "━━ document " + TerminalText.line(text(ID).orElse(""));
    String status = TerminalText.line(text("status").orElse("unknown"));
    int used = TextWidth.of(id + " · " + status) + 1;
    Style style =
        switch (status) {
          case "ok" -> Style.GREEN;
          case "partial" -> Style.YELLOW;
          default -> Style.RED;
        };
    String rule = used < terminal.columns() ? " " + "━".repeat(terminal.columns() - used) : "";
    return terminal.paint(Style.BOLD, id)
        + " · "
        + terminal.paint(style, status)
        + terminal.paint(Style.DIM, rule);
  }

  private void about() {
    Map<String, String> metadata = GroupValues.texts(row, METADATA);
    List<String> facts = new ArrayList<>();
    Optional.ofNullable(metadata.get("content_type")).ifPresent(facts::add);
    addCount(facts, "pages", "page", "pages");
    addCount(facts, "characters", "character", "characters");
    addCount(facts, MergedResult.CHUNK_COUNT, "chunk", "chunks");
    long failed = GroupValues.number(row, "failed_chunks");
    if (failed > 0) {
      facts.add(HumanFormat.count(failed) + " of them without an answer");
    }
    text("tenant").ifPresent(tenant -> facts.add("tenant " + tenant));
    Optional.ofNullable(metadata.get("title")).ifPresent(title -> lines.body(title, Style.BOLD));
    lines.body(String.join(" · ", facts));
    text("duplicate_of").ifPresent(of -> lines.body("copied from document " + of, Style.DIM));
    metadata.forEach(
        (name, value) -> {
          if (!TOLD.contains(name)) {
            lines.body(name + ": " + value, Style.DIM);
          }
        });
    text("error_code")
        .ifPresent(
            code ->
                lines.body(code + text("error_detail").map(of -> ": " + of).orElse(""), Style.RED));
  }

  private void addCount(List<String> facts, String column, String one, String several) {
    long count = GroupValues.number(row, column);
    if (count > 0) {
      facts.add(HumanFormat.count(count, one, several));
    }
  }

  private Optional<String> text(String column) {
    return GroupValues.text(row, column);
  }
}
