package io.turnmill.job.show;

import io.turnmill.job.show.AnswerLines.Line;
import io.turnmill.job.show.ShownSession.ShownMessage;
import io.turnmill.job.show.ShownSession.ShownReply;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.terminal.Terminal.Style;
import io.turnmill.job.terminal.TerminalText;
import io.turnmill.job.terminal.TextWidth;
import io.turnmill.job.terminal.Wrap;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Prints a session as a conversation: each message with its role, and each reply after the turn
 * that it answers; of a run with variants the answers of all of them.
 */
final class ConversationView {
  static final String INDENT = "    ";

  /** Between two columns. */
  private static final int GAP = 3;

  /** A column of answers is at least this wide. */
  private static final int NARROWEST = 30;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Map<String, Style> ROLES =
      Map.of(
          "system",
          Style.YELLOW,
          "user",
          Style.GREEN,
          "assistant",
          Style.BLUE,
          "tool",
          Style.YELLOW);

  private final Terminal terminal;
  private final List<ShownSession> rows;
  private final boolean beside;

  /** The numbers of the messages that a model was shown. */
  private final Set<Integer> shownToModel;

  /** The width of what one row says. */
  private final int column;

  private final List<String> lines = new ArrayList<>();

  private ConversationView(Terminal terminal, List<ShownSession> rows, boolean beside) {
    this.terminal = terminal;
    this.rows = rows;
    this.shownToModel = shownToModel(rows);
    int column = (terminal.columns() - GAP * (rows.size() - 1)) / rows.size();
    this.beside = beside && rows.size() > 1 && column >= NARROWEST;
    this.column = this.beside ? column : terminal.columns();
  }

  /**
   * The lines of a session.
   *
   * @param rows its row, or its row of each variant
   * @param beside whether the variants' answers stand beside each other where there is room
   */
  static List<String> lines(List<ShownSession> rows, Terminal terminal, boolean beside) {
    ConversationView view = new ConversationView(terminal, rows, beside);
    view.head();
    List<Set<ShownReply>> unplaced = new ArrayList<>();
    rows.forEach(row -> unplaced.add(new HashSet<>(row.replies())));
    List<ShownMessage> messages = rows.get(0).messages();
    for (int i = 0; i < messages.size(); i++) {
      view.message(messages.get(i), view.remark(i));
      long turn = messages.get(i).turn();
      view.answers(
          (row, lines) -> {
            Set<ShownReply> left = unplaced.get(rows.indexOf(row));
            row.replies().stream()
                .filter(reply -> reply.turn() == turn && left.remove(reply))
                .forEach(lines::reply);
            row.answers().stream()
                .filter(answer -> answer.turn().equals(Optional.of(turn)))
                .forEach(answer -> lines.answer(answer, view.areNamed()));
            row.unanswered().stream()
                .filter(without -> without.turn() == turn)
                .forEach(without -> lines.unanswered(without, view.areNamed(), none(row)));
          });
    }
    view.answers(
        (row, lines) -> {
          Set<ShownReply> left = unplaced.get(rows.indexOf(row));
          row.replies().stream().filter(left::contains).forEach(lines::reply);
          row.answers().stream()
              .filter(answer -> answer.turn().isEmpty())
              .forEach(answer -> lines.answer(answer, view.areNamed()));
        });
    rows.get(0).merged().ifPresent(of -> view.lines.addAll(MergedView.lines(of, terminal)));
    return view.lines;
  }

  /** Why no model was shown a message; empty if one was. */
  private String remark(int message) {
    if (rows.stream().allMatch(row -> row.isReplaced(message))) {
      return " · replaced by the model's reply";
    }
    return shownToModel.contains(message) ? "" : " · not shown to the model";
  }

  /** A row without replies says nothing about that, unless none has any. */
  private static Set<Integer> shownToModel(List<ShownSession> rows) {
    List<ShownSession> replied = rows.stream().filter(row -> !row.replies().isEmpty()).toList();
    return (replied.isEmpty() ? rows : replied)
        .stream().flatMap(row -> row.shownToTheModel().stream()).collect(Collectors.toSet());
  }

  private static String none(ShownSession row) {
    return row.answers().isEmpty() ? "no reply" : "no answer";
  }

  /** Whether answers are named by their variants. */
  private boolean areNamed() {
    return rows.get(0).variant().isPresent();
  }

  /**
   * Shows what each row says about a turn, one after the other or beside each other.
   *
   * @param adding adds what a row says
   */
  private void answers(BiConsumer<ShownSession, AnswerLines> adding) {
    List<List<Line>> columns = new ArrayList<>();
    for (ShownSession row : rows) {
      AnswerLines answer = new AnswerLines(terminal, row.variant().orElse("model"), column, beside);
      adding.accept(row, answer);
      columns.add(answer.lines());
    }
    if (!beside) {
      columns.forEach(of -> of.forEach(line -> lines.add(line.text())));
      return;
    }
    int most = columns.stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < most; i++) {
      StringBuilder line = new StringBuilder();
      int width = 0;
      for (int place = 0; place < columns.size(); place++) {
        List<Line> of = columns.get(place);
        Line part = i < of.size() ? of.get(i) : Line.EMPTY;
        int from = place * (column + GAP);
        line.append(part.width() > 0 ? " ".repeat(from - width) : "").append(part.text());
        width = part.width() > 0 ? from + part.width() : width;
      }
      lines.add(line.toString());
    }
  }

  private void head() {
    ShownSession session = rows.get(0);
    boolean ok = rows.stream().allMatch(row -> row.status().equals("ok"));
    List<String> facts = new ArrayList<>();
    String buckets =
        rows.stream()
            .flatMap(row -> row.bucket().stream())
            .map(TerminalText::line)
            .collect(Collectors.joining(", "));
    if (!buckets.isEmpty()) {
      facts.add((rows.size() == 1 ? "bucket " : "buckets ") + buckets);
    }
    session.tenant().ifPresent(tenant -> facts.add("tenant " + TerminalText.line(tenant)));
    if (session.rejectedMessages() > 0) {
      facts.add(HumanFormat.count(session.rejectedMessages(), "message", "messages") + " rejected");
    }
    session
        .duplicateOf()
        .ifPresent(kept -> facts.add("copied from session " + TerminalText.line(kept)));
    rows.stream()
        .filter(row -> row.answeredBy().equals(Optional.of("second")))
        .forEach(row -> facts.add(named(row, " · ") + "answered by the second model"));
    String id = "━━ session " + TerminalText.line(session.id());
    String status = status();
    String rest = facts.isEmpty() ? "" : " · " + String.join(" · ", facts);
    int used = TextWidth.of(id + " · " + status + rest) + 1;
    String rule = used < terminal.columns() ? " " + "━".repeat(terminal.columns() - used) : "";
    lines.add(
        terminal.paint(Style.BOLD, id)
            + " · "
            + terminal.paint(ok ? Style.GREEN : Style.RED, status)
            + rest
            + terminal.paint(Style.DIM, rule));
    for (ShownSession row : rows) {
      row.errorCode()
          .ifPresent(
              code ->
                  body(
                      named(row, ": ")
                          + code
                          + row.errorDetail().map(detail -> ": " + detail).orElse(""),
                      Style.RED));
    }
    session.carried().forEach((name, value) -> body(name + ": " + value, Style.DIM));
  }

  /** The status; of several variants that of each, unless it is the same. */
  private String status() {
    Set<String> all = rows.stream().map(ShownSession::status).collect(Collectors.toSet());
    return rows.stream()
        .limit(all.size() == 1 ? 1 : rows.size())
        .map(row -> (all.size() == 1 ? "" : named(row, " ")) + TerminalText.line(row.status()))
        .collect(Collectors.joining(", "));
  }

  /** The name of a row's variant, if it has one, for what follows. */
  private static String named(ShownSession row, String before) {
    return row.variant().map(name -> TerminalText.line(name) + before).orElse("");
  }

  /**
   * @param remark why the model was not shown the message; empty if it was
   */
  private void message(ShownMessage message, String remark) {
    boolean shown = remark.isEmpty();
    String label = "  " + TerminalText.line(message.role());
    String time = message.timestamp().map(ConversationView::time).map(t -> " · " + t).orElse("");
    lines.add("");
    Style style = shown ? ROLES.getOrDefault(message.role(), Style.BOLD) : Style.DIM;
    lines.add(terminal.paint(style, label) + terminal.paint(Style.DIM, time + remark));
    for (String line : wrapped(message.content())) {
      lines.add(shown ? line : terminal.paint(Style.DIM, line));
    }
  }

  private void body(String text, Style style) {
    wrapped(text).forEach(line -> lines.add(terminal.paint(style, line)));
  }

  private List<String> wrapped(String text) {
    return Wrap.lines(TerminalText.text(text.strip()), terminal.columns() - INDENT.length())
        .stream()
        .map(line -> (INDENT + line).stripTrailing())
        .toList();
  }

  private static String time(Instant instant) {
    return TIME.format(instant);
  }
}
