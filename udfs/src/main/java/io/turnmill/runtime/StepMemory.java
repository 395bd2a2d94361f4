package io.turnmill.runtime;

import io.turnmill.model.DecoderSpec;

/**
 * About how much memory a forward pass takes besides weights and cache, in bytes: what the largest
 * part of a block holds at once, and the scores of the vocabulary. Blocks come one after another,
 * so one counts.
 *
 * @param perToken for each token of the pass: its states, and the inside of attention and of the
 *     feed-forward part
 * @param perSeen for each token of the pass and each position that it may see: a mask
 * @param perRow for each row that samples: its scores, their order and their probabilities, float32
 */
record StepMemory(long perToken, long perSeen, long perRow) {
  /** Residual stream, its norm, and the results of both parts. */
  private static final int STATES = 4;

  /** Gate, up, and their product. */
  private static final int INNER = 3;

  /** Before and behind the rotation. */
  private static final int HEADS = 2;

  /** Scores as they are and edited, sorted with int64 indices, probabilities. */
  private static final int SCORES = 5;

  /**
   * @param elementBytes of the arithmetic
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

  /** Of a pass of so many tokens, of which so many rows sample, in slots of so many tokens. */
  long bytes(int tokens, int rows, int slotTokens) {
    return tokens * (perToken + perSeen * slotTokens) + rows * perRow;
  }
}
