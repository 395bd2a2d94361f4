package io.turnmill.job.show;

import io.turnmill.job.show.ShownSession.ShownMessage;
import io.turnmill.job.show.ShownSession.ShownReply;
import io.turnmill.job.show.ShownSession.ShownUnanswered;
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

/**
 * Prints a session as a conversation: each message with its role, and each reply after the turn
 * that it answers.
 */
final class ConversationView {
  private static final String INDENT = "    ";
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
  private final List<String> lines = new ArrayList<>();

  private ConversationView(Terminal terminal) {
    this.terminal = terminal;
  }

  static List<String> lines(ShownSession session, Terminal terminal) {
    ConversationView view = new ConversationView(terminal);
    view.head(session);
    Set<ShownReply> unplaced = new HashSet<>(session.replies());
    for (int i = 0; i < session.messages().size(); i++) {
      ShownMessage message = session.messages().get(i);
      String remark =
          session.isReplaced(i)
              ? " · replaced by the model's reply"
              : session.shownToTheModel(i) ? "" : " · not shown to the model";
      view.message(message, remark);
      for (ShownReply reply : session.replies()) {
        if (reply.turn() == message.turn() && unplaced.remove(reply)) {
          view.reply(reply);
        }
      }
      for (ShownAnswer answer : session.answers()) {
        if (answer.turn().equals(Optional.of(message.turn()))) {
          view.answer(answer);
        }
      }
      for (ShownUnanswered turn : session.unanswered()) {
        if (turn.turn() == message.turn()) {
          view.unanswered(turn, session.answers().isEmpty() ? "▶ no reply" : "▶ no answer");
        }
      }
    }
    session.replies().stream().filter(unplaced::contains).forEach(view::reply);
    session.answers().stream().filter(answer -> answer.turn().isEmpty()).forEach(view::answer);
    return view.lines;
  }

  private void head(ShownSession session) {
    boolean ok = session.status().equals("ok");
    List<String> facts = new ArrayList<>();
    session.bucket().ifPresent(bucket -> facts.add("bucket " + TerminalText.line(bucket)));
    session.tenant().ifPresent(tenant -> facts.add("tenant " + TerminalText.line(tenant)));
    if (session.rejectedMessages() > 0) {
      facts.add(HumanFormat.count(session.rejectedMessages(), "message", "messages") + " rejected");
    }
    session
        .duplicateOf()
        .ifPresent(kept -> facts.add("copied from session " + TerminalText.line(kept)));
    String id = "━━ session " + TerminalText.line(session.id());
    String status = TerminalText.line(session.status());
    String rest = facts.isEmpty() ? "" : " · " + String.join(" · ", facts);
    int used = TextWidth.of(id + " · " + status + rest) + 1;
    String rule = used < terminal.columns() ? " " + "━".repeat(terminal.columns() - used) : "";
    lines.add(
        terminal.paint(Style.BOLD, id)
            + " · "
            + terminal.paint(ok ? Style.GREEN : Style.RED, status)
            + rest
            + terminal.paint(Style.DIM, rule));
    session
        .errorCode()
        .ifPresent(
            code ->
                body(
                    code + session.errorDetail().map(detail -> ": " + detail).orElse(""),
                    Style.RED));
    session.carried().forEach((name, value) -> body(name + ": " + value, Style.DIM));
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

  private void reply(ShownReply reply) {
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
    lines.add("");
    lines.add(
        terminal.paint(Style.MODEL, "▶ model")
            + terminal.paint(Style.DIM, " · " + TerminalText.line(String.join(" · ", facts))));
    reply
        .reasoning()
        .filter(text -> !text.isBlank())
        .ifPresent(
            text -> {
              lines.add(INDENT + terminal.paint(Style.DIM, "(reasoning)"));
              body(text, Style.DIM);
              lines.add("");
            });
    if (reply.content().isBlank()) {
      lines.add(INDENT + terminal.paint(Style.DIM, "(an empty reply)"));
    } else {
      lines.addAll(wrapped(reply.content()));
    }
  }

  private void answer(ShownAnswer answer) {
    String facts = answer.facts().isEmpty() ? "" : " · " + String.join(" · ", answer.facts());
    lines.add("");
    lines.add(
        terminal.paint(Style.MODEL, "▶ " + TerminalText.line(answer.answer()))
            + terminal.paint(Style.DIM, TerminalText.line(facts)));
  }

  private void unanswered(ShownUnanswered turn, String label) {
    lines.add("");
    lines.add(terminal.paint(Style.RED, label));
    body(turn.code() + (turn.detail().isEmpty() ? "" : ": " + turn.detail()), Style.RED);
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
