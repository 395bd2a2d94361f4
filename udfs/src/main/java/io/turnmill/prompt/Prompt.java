package io.turnmill.prompt;

import io.turnmill.token.TokenIds;

/**
 * What the model is asked for one turn.
 *
 * @param ids the whole prompt, generation prompt included
 * @param userTurn the turn of the session that is answered
 * @param droppedMessages messages cut from the left to make it fit
 */
public record Prompt(TokenIds ids, int userTurn, int droppedMessages) {}
