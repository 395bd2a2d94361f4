package io.turnmill.engine.encode;

/**
 * The budgets of an engine for encoders.
 *
 * @param maxNumBatchedTokens most tokens in one forward pass; a longer text goes alone
 * @param windowTokens how many tokens are put in order of length at once, before they are cut into
 *     passes; a text counts at least {@value #LEAST_WEIGHT} tokens
 * @param padded whether every row of a pass takes as much room as the longest row
 * @param memoBytes about how much heap may keep vectors of short texts, which are then not computed
 *     again when the same text comes again; 0 for none
 * @param vocabSize rows of the embedding: a text with an id beyond them fails
 */
public record EncoderEngineConfig(
    int maxNumBatchedTokens, int windowTokens, boolean padded, long memoBytes, int vocabSize) {
  /** The least weight of a text, in tokens, so that a window bounds the number of texts, too. */
  public static final int LEAST_WEIGHT = 8;

  private static final long MEMO_BYTES = 16 << 20;

  /** Passes in a window: enough that the last one, which is seldom full, is a small part of it. */
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

  /** A window of {@value #WINDOW_PASSES} passes, and some heap for the vectors of short texts. */
  public EncoderEngineConfig(int maxNumBatchedTokens, boolean padded, int vocabSize) {
    this(
        maxNumBatchedTokens,
        (int) Math.min(Integer.MAX_VALUE, (long) WINDOW_PASSES * maxNumBatchedTokens),
        padded,
        MEMO_BYTES,
        vocabSize);
  }

  /** The window of a feed: room for one window that is computed and one that waits. */
  public int feedWindow() {
    return (int) Math.min(Integer.MAX_VALUE, 2L * windowTokens);
  }

  /** The weight of a text in a window. */
  static int weight(int tokens) {
    return Math.max(LEAST_WEIGHT, tokens);
  }
}
