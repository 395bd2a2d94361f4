package io.turnmill.engine.decode;

/**
 * The budgets of a decoder's engine, named as vLLM names them.
 *
 * @param maxNumSeqs how many slots the cache has at first, and so how many sequences run at once
 * @param maxNumBatchedTokens most tokens in one forward pass; at least {@code maxNumSeqs}
 * @param maxModelLen longest sequence (prompt and reply) in tokens
 * @param slotTokens length of a slot at first. It costs memory and decides nothing: for a sequence
 *     that needs more, the same memory is divided into fewer, longer slots (see {@link SlotGrowth})
 * @param maxSlotTokens longest slot that memory was found to have room for; a sequence that needs
 *     more fails with {@code OUT_OF_MEMORY}
 * @param longPrefillTokenThreshold most tokens of one prompt in one forward pass, so that a long
 *     prompt leaves room for others; 0 for no limit but {@code maxNumBatchedTokens}
 * @param enablePrefixCaching a prompt starts at the longest common prefix that a slot holds;
 *     changes what is computed, never a result
 */
public record EngineConfig(
    int maxNumSeqs,
    int maxNumBatchedTokens,
    int maxModelLen,
    int slotTokens,
    int maxSlotTokens,
    int longPrefillTokenThreshold,
    boolean enablePrefixCaching) {

  public EngineConfig {
    require(maxNumSeqs >= 1, "max_num_seqs must be at least 1");
    require(
        maxNumBatchedTokens >= maxNumSeqs,
        "max_num_batched_tokens must be at least max_num_seqs (" + maxNumSeqs + ")");
    require(maxModelLen >= 2, "max_model_len must be at least 2");
    require(
        1 <= slotTokens && slotTokens <= maxSlotTokens && maxSlotTokens <= maxModelLen,
        "a slot's tokens must be at least 1, and at most max_model_len however long it grows");
    require(longPrefillTokenThreshold >= 0, "long_prefill_token_threshold must not be negative");
  }

  /** A configuration in which slots are as long as the longest sequence. */
  public EngineConfig(
      int maxNumSeqs,
      int maxNumBatchedTokens,
      int maxModelLen,
      int longPrefillTokenThreshold,
      boolean enablePrefixCaching) {
    this(
        maxNumSeqs,
        maxNumBatchedTokens,
        maxModelLen,
        maxModelLen,
        maxModelLen,
        longPrefillTokenThreshold,
        enablePrefixCaching);
  }

  /**
   * A configuration in which pieces of prompts are as long as the budget allows, and prefixes are
   * reused.
   */
  public EngineConfig(int maxNumSeqs, int maxNumBatchedTokens, int maxModelLen) {
    this(maxNumSeqs, maxNumBatchedTokens, maxModelLen, 0, true);
  }

  /** The same configuration with slots of another length. */
  public EngineConfig withSlots(int tokens, int maxTokens) {
    return new EngineConfig(
        maxNumSeqs,
        maxNumBatchedTokens,
        maxModelLen,
        tokens,
        maxTokens,
        longPrefillTokenThreshold,
        enablePrefixCaching);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
