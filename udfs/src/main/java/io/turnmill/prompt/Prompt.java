package io.turnmill.prompt;

import io.turnmill.token.TokenIds;

/**
 * The prompt for one turn of a session.
 *
 * @param ids the whole prompt, generation prompt included
 * @param userTurn the turn of the session that is answered
 * @param droppedMessages how many messages were cut from the left to make it fit
 */
public record Prompt(TokenIds ids, int userTurn, int droppedMessages) {}
