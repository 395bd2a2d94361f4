package io.turnmill.clean;

import io.turnmill.session.Message;
import io.turnmill.session.Session;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What is changed in the messages of a session, each step on or off. The steps are taken in this
 * order: Unicode, white space, repeated messages, consecutive messages of one role. A session that
 * was cleaned is not changed by the same steps again.
 *
 * @param unicode the form into which texts are brought
 * @param whitespace whether white space is normalised, as {@link WhiteSpace} does it
 * @param dropRepeated whether a message is dropped that has the role and the text of the one before
 * @param mergeTurns whether consecutive messages of one role become one, with an empty line between
 *     their texts; it keeps the time and the id of the first
 */
public record CleanSteps(
    UnicodeForm unicode, boolean whitespace, boolean dropRepeated, boolean mergeTurns)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Changes nothing. */
  public static final CleanSteps NONE = new CleanSteps(UnicodeForm.NONE, false, false, false);

  private static final String BETWEEN_MERGED = "\n\n";

  /** Cleans a session; its messages are numbered again from 0. */
  public Cleaned clean(Session session) {
    if (equals(NONE)) {
      return new Cleaned(session, CleanCounts.NONE);
    }
    long byUnicode = 0;
    long byWhitespace = 0;
    long dropped = 0;
    List<Message> messages = new ArrayList<>();
    for (Message message : session.messages()) {
      String composed = unicode.normalized(message.content());
      String text = whitespace ? WhiteSpace.normalized(composed) : composed;
      byUnicode += composed.equals(message.content()) ? 0 : 1;
      byWhitespace += text.equals(composed) ? 0 : 1;
      if (dropRepeated && repeatsLast(messages, message, text)) {
        dropped++;
      } else {
        messages.add(with(message, messages.size(), text));
      }
    }
    List<Message> merged = mergeTurns ? merged(messages) : messages;
    return new Cleaned(
        new Session(session.key(), merged, session.carried()),
        CleanCounts.ofOne(byUnicode, byWhitespace, dropped, messages.size() - merged.size()));
  }

  private static boolean repeatsLast(List<Message> messages, Message message, String text) {
    if (messages.isEmpty()) {
      return false;
    }
    Message last = messages.get(messages.size() - 1);
    return last.role() == message.role() && last.content().equals(text);
  }

  private static List<Message> merged(List<Message> messages) {
    List<Message> merged = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      texts.add(message.content());
      boolean isLastOfRun =
          i + 1 == messages.size() || messages.get(i + 1).role() != message.role();
      if (isLastOfRun) {
        Message first = messages.get(i + 1 - texts.size());
        merged.add(with(first, merged.size(), String.join(BETWEEN_MERGED, texts)));
        texts.clear();
      }
    }
    return merged;
  }

  private static Message with(Message message, int turn, String content) {
    return new Message(turn, message.role(), content, message.timestamp(), message.messageId());
  }
}
