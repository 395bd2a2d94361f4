package io.turnmill.prompt;

import io.turnmill.prompt.jinja.Template;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.prompt.jinja.TemplateRefused;
import io.turnmill.prompt.jinja.Variables;
import io.turnmill.session.Message;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Session;
import io.turnmill.session.Transcript;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A template of the settings that makes one message out of a session. It is rendered by the
 * interpreter of chat templates, in the same sandbox. Its variables:
 *
 * <ul>
 *   <li>{@code messages}: a list of objects with {@code role}, {@code content} and {@code turn};
 *   <li>{@code transcript}: the same messages as lines, each {@code role: content};
 *   <li>{@code turn}: the user turn that is answered;
 *   <li>{@code session_id}, and {@code tenant}, which is none where the archive has none;
 *   <li>{@code fields}, also called {@code carried}: the further columns of {@code input.carry}.
 * </ul>
 *
 * <p>What it writes is the content of a message, so no part of it becomes a special token. Parsed
 * once; immutable, for any number of threads.
 */
public final class MessageTemplate {
  private static final String SETTING = "prompt.message: ";

  private final Template template;

  private MessageTemplate(Template template) {
    this.template = template;
  }

  /**
   * Reads a template.
   *
   * @throws TemplateException if the source is not a template, with line and column
   */
  public static MessageTemplate parse(String source) {
    return new MessageTemplate(Template.parse(source));
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
    try {
      String text = template.render(variables, clock).text();
      if (text.isBlank()) {
        throw new PromptRefusal(
            RejectionCode.TEMPLATE_ERROR, SETTING + "the template wrote nothing");
      }
      return text;
    } catch (TemplateRefused refused) {
      throw new PromptRefusal(RejectionCode.TEMPLATE_REFUSED, SETTING + refused.getMessage());
    } catch (TemplateException broken) {
      throw new PromptRefusal(RejectionCode.TEMPLATE_ERROR, SETTING + broken.getMessage());
    }
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
