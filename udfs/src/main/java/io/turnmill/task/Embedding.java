package io.turnmill.task;

import java.util.OptionalInt;

/**
 * The vector of a part of a session.
 *
 * @param turn empty for the whole session
 * @param vector its numbers as they are stored
 * @param tokens how many tokens of the text the model saw
 * @param cutTokens how many it did not see
 * @param chunks in how many chunks the text was computed
 */
public record Embedding(
    OptionalInt turn, StoredVector vector, int tokens, int cutTokens, int chunks) {}
