package io.turnmill.engine.decode;

import java.util.OptionalInt;

/**
 * What the engine must know about a model.
 *
 * @param vocabSize ids are in [0, vocabSize)
 * @param maxPositions longest sequence that the model was made for, in tokens
 * @param cacheBytesPerToken memory of one position of a slot, over all layers, in bytes
 * @param prefixReusable whether the cache of a prefix is the same in every sequence that begins
 *     with it, so that another sequence may continue from it
 * @param recomputedBeyond a sequence that grows longer than this is computed again from its start
 */
public record ModelShape(
    int vocabSize,
    int maxPositions,
    long cacheBytesPerToken,
    boolean prefixReusable,
    OptionalInt recomputedBeyond) {

  /** The shape of a model whose cache stays right however long a sequence grows. */
  public ModelShape(
      int vocabSize, int maxPositions, long cacheBytesPerToken, boolean prefixReusable) {
    this(vocabSize, maxPositions, cacheBytesPerToken, prefixReusable, OptionalInt.empty());
  }

  /**
   * The class of a sequence's length: what sequences have in common is the same in the cache if
   * they end up with lengths of one class.
   */
  int lengthClass(int tokens) {
    if (prefixReusable) {
      return 0;
    }
    return recomputedBeyond.isPresent()
        ? Boolean.compare(tokens > recomputedBeyond.getAsInt(), false)
        : tokens;
  }

  /** Whether prefixes are reusable if no sequence grows longer than {@code maxModelLen}. */
  public boolean prefixReusable(int maxModelLen) {
    return prefixReusable
        || (recomputedBeyond.isPresent() && maxModelLen <= recomputedBeyond.getAsInt());
  }
}
