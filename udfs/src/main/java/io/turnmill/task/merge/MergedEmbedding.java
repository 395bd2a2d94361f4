package io.turnmill.task.merge;

import io.turnmill.task.StoredVector;

/**
 * The vector of a long text.
 *
 * @param vector its numbers as they are stored
 * @param tokens how many tokens of its chunks the model saw
 * @param cutTokens how many it did not see
 * @param chunks of how many chunks it is the mean
 */
public record MergedEmbedding(StoredVector vector, long tokens, long cutTokens, int chunks) {}
