package io.turnmill.job.show;

import io.turnmill.job.show.ShownSession.ShownReply;
import io.turnmill.job.show.ShownSession.ShownUnanswered;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.terminal.Terminal.Style;
import io.turnmill.job.terminal.TerminalText;
import io.turnmill.job.terminal.TextWidth;
import io.turnmill.job.terminal.Wrap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What one model said about one turn, as lines. */
final class AnswerLines {
  /** At the beginning of each line that is quoted. */
  static final String QUOTE = "    │ ";

  private final Terminal terminal;
  private final String model;
  private final int columns;
  private final boolean narrow;
  private final List<Line> lines = new ArrayList<>();

  /**
   * A line.
   *
   * @param text with its colours
   * @param width of what is seen of it
   */
  record Line(String text, int width) {
    static final Line EMPTY = new Line("", 0);
  }

  /**
   * @param model what the model is called
   * @param columns that lines may take
   * @param narrow whether no line may be wider, as another column stands to the right
   */
  AnswerLines(Terminal terminal, String model, int columns, boolean narrow) {
    this.terminal = terminal;
    this.model = TerminalText.line(model);
    this.columns = columns;
    this.narrow = narrow;
  }

  List<Line> lines() {
    return lines;
  }

  void reply(ShownReply reply) {
    List<String> facts = new ArrayList<>();
    facts.add(reply.finishReason() + reply.stopReason().map(why -> " (" + why + ")").orElse(""));
    String cached =
        reply.cachedTokens() > 0 ? " (" + HumanFormat.count(reply.cachedTokens()) + " cached)" : "";
    facts.add(HumanFormat.count(reply.promptTokens()) + " prompt tokens" + cached);
    String reasoning =
        reply.reasoningTokens() > 0
            ? " (%s reasoning%s)"
                .formatted(
                    HumanFormat.count(reply.reasoningTokens()),
                    reply.isCutShort() ? ", cut short" : "")
            : "";
    facts.add(HumanFormat.count(reply.completionTokens()) + " reply tokens" + reasoning);
    reply
        .confidence()
        .ifPresent(value -> facts.add(String.format(Locale.ROOT, "confidence %.2f", value)));
    if (reply.droppedMessages() > 0) {
      facts.add(HumanFormat.count(reply.droppedMessages(), "message", "messages") + " cut off");
    }
    title("▶ " + model, facts);
    reply
        .reasoning()
        .filter(text -> !text.isBlank())
        .ifPresent(
            text -> {
              body("(reasoning)", Style.DIM);
              body(text, Style.DIM);
              lines.add(Line.EMPTY);
            });
    if (reply.content().isBlank()) {
      body("(an empty reply)", Style.DIM);
    } else {
      body(reply.content());
    }
  }

  /**
   * @param named whether the model is named, because there are several
   */
  void answer(ShownAnswer answer, boolean named) {
    String label = (named ? model + " · " : "") + TerminalText.line(answer.answer());
    title("▶ " + label, answer.facts());
  }

  /**
   * @param label what there is none of
   */
  void unanswered(ShownUnanswered turn, boolean named, String label) {
    String of = turn.field().map(field -> " · field " + TerminalText.line(field)).orElse("");
    String title = "▶ " + (named ? model + " · " : "") + label + of;
    lines.add(Line.EMPTY);
    lines.add(new Line(terminal.paint(Style.RED, title), TextWidth.of(title)));
    body(turn.code() + (turn.detail().isEmpty() ? "" : ": " + turn.detail()), Style.RED);
  }

  /** Lines of a text, quoted; they may have colours. */
  void quote(List<String> quoted) {
    String mark = terminal.paint(Style.DIM, QUOTE);
    quoted.forEach(line -> lines.add(new Line(mark + line, columns)));
  }

  /** A label after an empty line, and what is known besides. */
  void title(String label, List<String> facts) {
    lines.add(Line.EMPTY);
    String all = String.join(" · ", facts);
    if (!narrow) {
      String rest = TerminalText.line(facts.isEmpty() ? "" : " · " + all);
      lines.add(
          new Line(
              terminal.paint(Style.MODEL, label) + terminal.paint(Style.DIM, rest),
              TextWidth.of(label + rest)));
      return;
    }
    String cut = TextWidth.cut(label, columns);
    lines.add(new Line(terminal.paint(Style.MODEL, cut), TextWidth.of(cut)));
    Wrap.lines(TerminalText.line(all), columns).forEach(line -> add(line, Style.DIM));
  }

  /** A text below a title. */
  void body(String text) {
    wrapped(text).forEach(line -> lines.add(new Line(line, TextWidth.of(line))));
  }

  /** A text below a title, in a style. */
  void body(String text, Style style) {
    wrapped(text).forEach(line -> add(line, style));
  }

  private void add(String line, Style style) {
    lines.add(new Line(terminal.paint(style, line), TextWidth.of(line)));
  }

  private List<String> wrapped(String text) {
    String indent = narrow ? "  " : ConversationView.INDENT;
    return Wrap.lines(TerminalText.text(text.strip()), columns - indent.length()).stream()
        .map(line -> (indent + line).stripTrailing())
        .toList();
  }
}
