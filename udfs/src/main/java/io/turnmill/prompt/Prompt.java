package io.turnmill.prompt;

import io.turnmill.session.Message;
import io.turnmill.token.TokenIds;
import java.util.Optional;

/**
 * The prompt for one turn of a session.
 *
 * @param ids the whole prompt, generation prompt included
 * @param userTurn the turn of the session that is answered
 * @param droppedMessages how many messages were cut from the left to make it fit
 * @param continued the message with which the prompt ends, if the reply continues one
 */
public record Prompt(
    TokenIds ids, int userTurn, int droppedMessages, Optional<Message> continued) {}
