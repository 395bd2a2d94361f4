package io.turnmill.prompt;

import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.prompt.jinja.Template;
import io.turnmill.prompt.jinja.Variables;
import io.turnmill.session.Message;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model's chat template. It turns the messages of a conversation into the text of a prompt,
 * character for character as {@code transformers} does. Parsed once; immutable, for any number of
 * threads.
 *
 * <p>{@link Rendered} knows which parts of the text came from the conversation. Special tokens and
 * the literals of the template are the template's own, and so are the usual names of roles, because
 * some templates build a special token from them; all other strings of messages, tools and settings
 * are input.
 */
public final class ChatTemplate {
  /** Names of roles, which count as the template's own text: they are a fixed vocabulary. */
  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool", "function", "ipython", "model");

  private final String source;
  private final Template template;
  private final SpecialTokens tokens;

  private ChatTemplate(String source, Template template, SpecialTokens tokens) {
    this.source = source;
    this.template = template;
    this.tokens = tokens;
  }

  /**
   * Reads a template.
   *
   * @throws io.turnmill.prompt.jinja.TemplateException if the source is not a template, with line
   *     and column
   */
  public static ChatTemplate parse(String source, SpecialTokens tokens) {
    return new ChatTemplate(source, Template.parse(source), tokens);
  }

  /** The text of the template itself. */
  public String source() {
    return source;
  }

  /**
   * Renders the prompt for these messages.
   *
   * @param kwargs further variables of the template, such as {@code enable_thinking}; they win over
   *     special tokens of the same name
   * @throws io.turnmill.prompt.jinja.TemplateRefused if the template refuses the conversation
   * @throws io.turnmill.prompt.jinja.TemplateException if it cannot be rendered
   */
  public Rendered render(
      List<Message> messages,
      boolean addGenerationPrompt,
      Map<String, Object> kwargs,
      Clock clock) {
    List<Object> plain = new ArrayList<>(messages.size());
    for (Message message : messages) {
      Map<String, Object> entry = new LinkedHashMap<>(4);
      entry.put("role", message.role().wireName());
      entry.put("content", message.content());
      plain.add(entry);
    }
    return renderJson(plain, null, addGenerationPrompt, kwargs, clock);
  }

  /**
   * Renders the prompt for messages as plain JSON values, which may hold more than role and
   * content: content in parts, tool calls, reasoning.
   *
   * @param messages a list of maps
   * @param tools descriptions of the tools, a list of maps; null for none
   */
  public Rendered renderJson(
      Object messages,
      Object tools,
      boolean addGenerationPrompt,
      Map<String, Object> kwargs,
      Clock clock) {
    Variables variables = new Variables();
    tokens.byName().forEach(variables::template);
    variables.input("messages", withKnownRoles(messages));
    variables.input("tools", tools);
    variables.input("documents", null);
    variables.input("add_generation_prompt", addGenerationPrompt);
    kwargs.forEach(variables::input);
    return template.render(variables, clock);
  }

  private static Object withKnownRoles(Object messages) {
    if (!(messages instanceof List<?> list)) {
      return messages;
    }
    List<Object> marked = new ArrayList<>(list.size());
    for (Object message : list) {
      marked.add(message instanceof Map<?, ?> map ? withKnownRole(map) : message);
    }
    return marked;
  }

  private static Object withKnownRole(Map<?, ?> message) {
    if (!(message.get("role") instanceof String role) || !ROLES.contains(role)) {
      return message;
    }
    Map<Object, Object> marked = new LinkedHashMap<>(message);
    marked.put("role", new Variables.OfTemplate(role));
    return marked;
  }
}
