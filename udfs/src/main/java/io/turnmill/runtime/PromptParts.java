package io.turnmill.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.model.SettingException;
import io.turnmill.prompt.MessageTemplate;
import io.turnmill.prompt.PromptFrame;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.runtime.RuntimeOptions.Example;
import io.turnmill.runtime.RuntimeOptions.Framing;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Makes what prompts are made with of the texts in {@link RuntimeOptions}. */
final class PromptParts {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PromptParts() {}

  /**
   * What is put around a session.
   *
   * @throws SettingException when the template of the message is not one, with line and column
   */
  static PromptFrame frame(Framing framing) {
    return new PromptFrame(
        message(framing.message()),
        framing.examples().stream().map(PromptParts::message).toList(),
        framing.continueFinalMessage());
  }

  private static Optional<MessageTemplate> message(String source) {
    try {
      return source.isEmpty() ? Optional.empty() : Optional.of(MessageTemplate.parse(source));
    } catch (TemplateException e) {
      throw new SettingException("prompt.message: the template cannot be used: " + e.getMessage());
    }
  }

  private static Message message(Example example) {
    Role role = Role.valueOf(example.role().toUpperCase(Locale.ROOT));
    return Message.of(0, role, example.content());
  }

  /** The further variables of a chat template. */
  static Map<String, Object> kwargs(String json) {
    try {
      return json.isEmpty() ? Map.of() : JSON.readValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Template variables are not JSON. This is a bug.", e);
    }
  }

  /** The frame without the template of the message, which may need fields of a real session. */
  static PromptFrame withoutMessage(PromptFrame frame) {
    return new PromptFrame(Optional.empty(), frame.examples(), frame.continueFinalMessage());
  }
}
