package io.turnmill.session;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One checked conversation: messages in order, at least one of them the user's.
 *
 * @param key identity
 * @param messages the messages in order: {@code messages.get(i).turn() == i}
 * @param carried further columns that the user named, which are copied to the results; no value is
 *     null
 */
public record Session(SessionKey key, List<Message> messages, Map<String, String> carried) {
  public Session {
    messages = List.copyOf(messages);
    carried = Map.copyOf(carried);
  }

  /** The turns of the messages by the user, in order. */
  public List<Integer> userTurns() {
    return IntStream.range(0, messages.size())
        .filter(place -> messages.get(place).role() == Role.USER)
        .boxed()
        .toList();
  }

  /** The turn of the last message by the user; -1 if there is none. */
  public int lastUserTurn() {
    List<Integer> turns = userTurns();
    return turns.isEmpty() ? -1 : turns.get(turns.size() - 1);
  }

  /** Tells identity and size only, because conversation text never reaches a log. */
  @Override
  public String toString() {
    return "Session[" + key + ", messages=" + messages.size() + "]";
  }
}
