package io.turnmill.prompt;

import io.turnmill.session.Message;
import java.util.List;
import java.util.Optional;

/**
 * What the settings put around a session in its prompt.
 *
 * @param message makes one message by the user out of the session; empty where the model is shown
 *     the session's own messages
 * @param examples messages by user and assistant in turn, shown before the conversation and after
 *     the system messages at its head
 * @param continueFinalMessage whether a session that ends with a message of the assistant has it
 *     continued, where its last turn is asked
 * @param closed marks of a reasoning that is closed where the template has opened it
 */
public record PromptFrame(
    Optional<MessageTemplate> message,
    List<Message> examples,
    boolean continueFinalMessage,
    Optional<ClosedReasoning> closed) {

  /** The messages of the session alone. */
  public static final PromptFrame NONE = new PromptFrame(Optional.empty(), List.of(), false);

  public PromptFrame {
    examples = List.copyOf(examples);
  }

  /** A frame that leaves a reasoning as the template has opened it. */
  public PromptFrame(
      Optional<MessageTemplate> message, List<Message> examples, boolean continueFinalMessage) {
    this(message, examples, continueFinalMessage, Optional.empty());
  }
}
