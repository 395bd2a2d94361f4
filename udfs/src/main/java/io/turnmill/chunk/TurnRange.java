package io.turnmill.chunk;

/**
 * Turns of a session that stand one after the other.
 *
 * @param first the number of the first turn
 * @param last that of the last one
 */
public record TurnRange(int first, int last) {}
