package io.turnmill.prompt;

import io.turnmill.session.Message;
import io.turnmill.session.Session;
import io.turnmill.token.TokenIds;
import java.util.List;
import java.util.Optional;

/**
 * What of a session goes into a prompt.
 *
 * @param messages the messages that are shown, at least one of them by the user
 * @param userTurn the turn that is answered
 * @param isContinued whether the last message is to be continued, instead of answered
 * @param isWritten whether the last message is the assistant's own, and nothing is to follow
 */
record Shown(
    Session session, List<Message> messages, int userTurn, boolean isContinued, boolean isWritten) {

  /** What is to be answered or continued. */
  Shown(Session session, List<Message> messages, int userTurn, boolean isContinued) {
    this(session, messages, userTurn, isContinued, false);
  }

  /** A conversation up to a message by the assistant. */
  static Shown written(Session session, List<Message> messages) {
    return new Shown(session, messages, messages.size() - 1, false, true);
  }

  /** The same before its last message, which is to be answered now. */
  Shown withoutLast() {
    return new Shown(session, messages.subList(0, messages.size() - 1), userTurn, false, false);
  }

  /** The same with fewer messages. */
  Shown with(List<Message> kept) {
    return new Shown(session, kept, userTurn, isContinued, isWritten);
  }

  Message last() {
    return messages.get(messages.size() - 1);
  }

  Prompt prompt(TokenIds ids, int droppedMessages) {
    Optional<Message> continued = isContinued ? Optional.of(last()) : Optional.empty();
    return new Prompt(ids, userTurn, droppedMessages, continued);
  }
}
