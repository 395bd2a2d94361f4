package io.turnmill.session;

import java.util.List;
import java.util.Map;

/**
 * One checked conversation: messages in order, at least one of them the user's.
 *
 * @param key identity
 * @param messages in order, {@code messages.get(i).turn() == i}
 * @param carried further columns that the user named, passed through to the result; never null
 *     values
 */
public record Session(SessionKey key, List<Message> messages, Map<String, String> carried) {
  public Session {
    messages = List.copyOf(messages);
    carried = Map.copyOf(carried);
  }

  /** Identity and size only: conversation text never reaches a log. */
  @Override
  public String toString() {
    return "Session[" + key + ", messages=" + messages.size() + "]";
  }
}
