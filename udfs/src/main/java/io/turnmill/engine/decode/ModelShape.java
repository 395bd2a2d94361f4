package io.turnmill.engine.decode;

/**
 * What the engine must know of a model.
 *
 * @param vocabSize ids are in [0, vocabSize)
 * @param maxPositions longest sequence that the model was made for, in tokens
 * @param cacheBytesPerToken memory of one position of a slot, over all layers, in bytes
 * @param prefixReusable whether the cache of a prefix is the same in every sequence that begins
 *     with it, so that another one may go on from it
 */
public record ModelShape(
    int vocabSize, int maxPositions, long cacheBytesPerToken, boolean prefixReusable) {}
