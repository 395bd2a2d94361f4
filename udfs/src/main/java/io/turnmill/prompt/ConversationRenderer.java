package io.turnmill.prompt;

import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Renders what is shown of a session, with what the settings put around it. */
final class ConversationRenderer {
  private final ChatTemplate template;
  private final PromptOptions options;
  private final Clock clock;

  ConversationRenderer(ChatTemplate template, PromptOptions options, Clock clock) {
    this.template = template;
    this.options = options;
    this.clock = clock;
  }

  /**
   * Renders the text of a prompt.
   *
   * @throws PromptRefusal if a template of the settings cannot be rendered for the session
   * @throws TemplateException if the chat template cannot
   */
  Rendered render(Shown shown) {
    try {
      List<Message> conversation = framed(conversation(shown));
      if (!shown.isContinued()) {
        Rendered text =
            template.render(conversation, !shown.isWritten(), options.templateKwargs(), clock);
        return shown.isWritten()
            ? text
            : options.frame().closed().map(marks -> marks.in(text)).orElse(text);
      }
      Rendered text =
          template.render(
              ContinuedMessage.marked(conversation), false, options.templateKwargs(), clock);
      return ContinuedMessage.cut(text, shown.last().content());
    } catch (PromptRefusal | TemplateException refusal) {
      throw refusal;
    } catch (RuntimeException | Error thrown) {
      throw Fault.in(Step.RENDER, thrown);
    }
  }

  private List<Message> conversation(Shown shown) {
    return options
        .frame()
        .message()
        .map(made -> made.render(shown.session(), shown.messages(), shown.userTurn(), clock))
        .map(text -> List.of(Message.of(0, Role.USER, text)))
        .orElse(shown.messages());
  }

  /** The messages with the system prompt and the examples. */
  private List<Message> framed(List<Message> messages) {
    List<Message> all = new ArrayList<>();
    boolean own = messages.stream().anyMatch(message -> message.role() == Role.SYSTEM);
    if (!own) {
      options.systemPrompt().ifPresent(text -> all.add(Message.of(0, Role.SYSTEM, text)));
    }
    int head = 0;
    while (head < messages.size() && messages.get(head).role() == Role.SYSTEM) {
      all.add(messages.get(head++));
    }
    all.addAll(options.frame().examples());
    all.addAll(messages.subList(head, messages.size()));
    return all;
  }
}
