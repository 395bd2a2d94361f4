package io.turnmill.engine.encode;

/**
 * Budgets of an engine for encoders.
 *
 * @param maxNumBatchedTokens most tokens in one forward pass; a longer text goes alone
 * @param windowTokens so many tokens are put in order of length at once, before they are cut into
 *     passes; a text counts at least {@value #LEAST_WEIGHT}
 * @param padded whether every row of a pass takes as much room as its longest
 * @param memoBytes about so much heap for vectors of short texts, which need not be computed when
 *     the same text comes again; 0 for none
 * @param vocabSize rows of the embedding: a text with another id is not for the model
 */
public record EncoderEngineConfig(
    int maxNumBatchedTokens, int windowTokens, boolean padded, long memoBytes, int vocabSize) {
  /** What a text counts at least, so that a window bounds the number of texts, too. */
  public static final int LEAST_WEIGHT = 8;

  private static final long MEMO_BYTES = 16 << 20;

  /** Passes in a window: the last one, which is not full, is a small part of them. */
  private static final int WINDOW_PASSES = 16;

  public EncoderEngineConfig {
    if (maxNumBatchedTokens < 1) {
      throw new IllegalArgumentException("max_num_batched_tokens must be at least 1");
    }
    if (windowTokens < maxNumBatchedTokens) {
      throw new IllegalArgumentException(
          "a window must not be smaller than max_num_batched_tokens (" + maxNumBatchedTokens + ")");
    }
  }

  /** With a window of {@value #WINDOW_PASSES} passes, and vectors remembered in some heap. */
  public EncoderEngineConfig(int maxNumBatchedTokens, boolean padded, int vocabSize) {
    this(
        maxNumBatchedTokens,
        (int) Math.min(Integer.MAX_VALUE, (long) WINDOW_PASSES * maxNumBatchedTokens),
        padded,
        MEMO_BYTES,
        vocabSize);
  }

  /** Of a feed: one window that is computed and one that waits. */
  public int feedWindow() {
    return (int) Math.min(Integer.MAX_VALUE, 2L * windowTokens);
  }

  /** What a text counts in a window. */
  static int weight(int tokens) {
    return Math.max(LEAST_WEIGHT, tokens);
  }
}
