package io.turnmill.prompt;

import io.turnmill.prompt.jinja.Characters;
import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.session.Message;
import io.turnmill.session.RejectionCode;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends a rendered conversation right after the text of its final message, so that the model
 * continues it. This is {@code continue_final_message} of {@code transformers} 4.57, character for
 * character: the message is rendered with a mark at its end, and everything from the mark on is cut
 * off. A template that strips messages shows the mark without its blank; then the white space
 * before it goes, too.
 */
final class ContinuedMessage {
  /** The same text as in {@code transformers}, so that templates do the same with it. */
  private static final String MARK = "CONTINUE_FINAL_MESSAGE_TAG";

  private ContinuedMessage() {}

  /** The messages with the mark at the end of the last one. */
  static List<Message> marked(List<Message> messages) {
    List<Message> marked = new ArrayList<>(messages);
    Message last = marked.remove(marked.size() - 1);
    marked.add(
        new Message(
            last.turn(),
            last.role(),
            last.content() + MARK + " ",
            last.timestamp(),
            last.messageId()));
    return marked;
  }

  /**
   * Cuts the mark and what the template writes after it.
   *
   * @param conversation {@link #marked} messages, rendered
   * @param message the content of the last one without the mark
   * @throws PromptRefusal if the template does not show the message as it is
   */
  static Rendered cut(Rendered conversation, String message) {
    String text = conversation.text();
    int end = text.lastIndexOf(MARK);
    if (end < 0 || !text.contains(stripped(message))) {
      throw new PromptRefusal(
          RejectionCode.TEMPLATE_ERROR,
          "prompt.continue_final_message: the chat template does not show the final message as it"
              + " is");
    }
    boolean isStripped = !text.startsWith(" ", end + MARK.length());
    while (isStripped && end > 0 && Characters.isSpace(text.charAt(end - 1))) {
      end--;
    }
    return conversation.head(end);
  }

  private static String stripped(String message) {
    int from = 0;
    int to = message.length();
    while (from < to && Characters.isSpace(message.charAt(from))) {
      from++;
    }
    while (to > from && Characters.isSpace(message.charAt(to - 1))) {
      to--;
    }
    return message.substring(from, to);
  }
}
