package io.turnmill.session;

import java.util.List;

/** Messages as one text. */
public final class Transcript {
  private Transcript() {}

  /** The messages in lines one after the other, each after its role and a colon. */
  public static String of(List<Message> messages) {
    StringBuilder text = new StringBuilder();
    for (Message message : messages) {
      text.append(text.isEmpty() ? "" : "\n")
          .append(message.role().wireName())
          .append(": ")
          .append(message.content());
    }
    return text.toString();
  }
}
