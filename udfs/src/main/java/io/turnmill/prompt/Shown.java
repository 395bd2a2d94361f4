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
 */
record Shown(Session session, List<Message> messages, int userTurn, boolean isContinued) {

  /** The same with fewer messages. */
  Shown with(List<Message> kept) {
    return new Shown(session, kept, userTurn, isContinued);
  }

  Message last() {
    return messages.get(messages.size() - 1);
  }

  Prompt prompt(TokenIds ids, int droppedMessages) {
    Optional<Message> continued = isContinued ? Optional.of(last()) : Optional.empty();
    return new Prompt(ids, userTurn, droppedMessages, continued);
  }
}
