package io.turnmill.prompt;

import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.prompt.jinja.Variables;
import io.turnmill.session.Message;
import io.turnmill.session.Session;
import io.turnmill.session.Transcript;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A {@link TextTemplate} that makes one message out of a session. Its variables:
 *
 * <ul>
 *   <li>{@code messages}: a list of objects with {@code role}, {@code content} and {@code turn};
 *   <li>{@code transcript}: the same messages as lines, each {@code role: content};
 *   <li>{@code turn}: the user turn that is answered;
 *   <li>{@code session_id}, and {@code tenant}, which is none where the archive has none;
 *   <li>{@code fields}, also called {@code carried}: the further columns of {@code input.carry}.
 * </ul>
 *
 * <p>Parsed once; immutable, for any number of threads.
 */
public final class MessageTemplate {
  private final TextTemplate template;

  private MessageTemplate(TextTemplate template) {
    this.template = template;
  }

  /**
   * Reads a template.
   *
   * @throws TemplateException if the source is not a template, with line and column
   */
  public static MessageTemplate parse(String source) {
    return new MessageTemplate(TextTemplate.parse("prompt.message", source));
  }

  /**
   * Renders the message.
   *
   * @param shown the messages of the session that the model may see
   * @throws PromptRefusal if it cannot be rendered for this session, or has no text
   */
  public String render(Session session, List<Message> shown, int userTurn, Clock clock) {
    Map<String, String> fields = new TreeMap<>(session.carried()); // the same order everywhere
    Variables variables =
        new Variables()
            .input("messages", messages(shown))
            .input("transcript", Transcript.of(shown))
            .input("turn", userTurn)
            .input("session_id", session.key().sessionId())
            .input("tenant", session.key().tenant().orElse(null))
            .input("fields", fields)
            .input("carried", fields);
    return template.render(variables, clock);
  }

  private static List<Map<String, Object>> messages(List<Message> shown) {
    List<Map<String, Object>> messages = new ArrayList<>(shown.size());
    for (Message message : shown) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("role", message.role().wireName());
      entry.put("content", message.content());
      entry.put("turn", message.turn());
      messages.add(entry);
    }
    return messages;
  }
}
