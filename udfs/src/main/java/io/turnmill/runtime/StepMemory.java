package io.turnmill.runtime;

import io.turnmill.model.DecoderSpec;

/**
 * About how much memory a forward pass takes besides weights and cache, in bytes: what the largest
 * part of a block holds at once, and the scores of the vocabulary. Blocks are computed one after
 * another, so only one counts.
 *
 * @param perToken bytes for each token of the pass: its states, and what attention and the
 *     feed-forward part hold
 * @param perSeen bytes for each token of the pass and each position that it may see: a mask
 * @param perRow bytes for each row that samples: its scores, their order and their probabilities,
 *     float32
 */
record StepMemory(long perToken, long perSeen, long perRow) {
  /** How many states a token has: the residual stream, its norm, and the results of both parts. */
  private static final int STATES = 4;

  /** How many values the feed-forward part holds: gate, up, and their product. */
  private static final int INNER = 3;

  /** How many copies of queries and keys there are: before and after the rotation. */
  private static final int HEADS = 2;

  /**
   * Numbers of 4 bytes for each score: itself, it sorted, its int64 index (two), its probability.
   */
  private static final int SCORES = 5;

  /**
   * @param elementBytes bytes of a number in the model's arithmetic
   */
  static StepMemory of(DecoderSpec spec, int elementBytes) {
    DecoderSpec.Attention attention = spec.attention();
    long heads = (long) (attention.heads() + 2 * attention.kvHeads()) * attention.headDim();
    long numbers =
        (long) STATES * spec.hiddenSize()
            + (long) INNER * spec.feedForward().width()
            + HEADS * heads;
    return new StepMemory(
        numbers * elementBytes, elementBytes, (long) SCORES * spec.vocabSize() * Float.BYTES);
  }

  /**
   * The bytes for a pass of {@code tokens} with {@code rows} that sample, in slots of that length.
   */
  long bytes(int tokens, int rows, int slotTokens) {
    return tokens * (perToken + perSeen * slotTokens) + rows * perRow;
  }
}
