package io.turnmill.runtime;

import io.turnmill.engine.EngineConfig;
import io.turnmill.engine.ModelShape;
import io.turnmill.runtime.RuntimeOptions.Budgets;

/** Chooses the engine's budgets where the user left them open. */
final class EngineSizing {
  /** More rows than this gain little on a CPU: its matrix products are near their best rate. */
  private static final int MOST_SLOTS = 64;

  private static final int BATCHED_TOKENS = 1024;

  /** Slot lengths are whole multiples of this. */
  private static final int SLOT_STEP = 64;

  /** Share of the free memory that the key-value cache may take. */
  private static final double CACHE_SHARE = 0.5;

  private EngineSizing() {}

  /** Longest sequence, in tokens, that the model (or the user) allows. */
  static int maxModelLen(Budgets budgets, int maxPositions) {
    return budgets.maxModelLen() == 0
        ? maxPositions
        : Math.min(budgets.maxModelLen(), maxPositions);
  }

  /**
   * @param maxTokens longest reply
   * @param freeBytes memory that is free on the device once the weights are loaded
   */
  static EngineConfig choose(Budgets budgets, ModelShape shape, int maxTokens, long freeBytes) {
    int maxModelLen = maxModelLen(budgets, shape.maxPositions());
    int slotTokens = maxModelLen;
    if (budgets.longestPrompt() > 0) {
      long needed = (long) budgets.longestPrompt() + maxTokens;
      slotTokens = (int) Math.min(maxModelLen, (needed + SLOT_STEP - 1) / SLOT_STEP * SLOT_STEP);
    }
    long slotBytes = Math.max(1, slotTokens * shape.cacheBytesPerToken());
    long fitting = (long) (freeBytes * CACHE_SHARE) / slotBytes;
    int slots =
        budgets.maxNumSeqs() > 0
            ? budgets.maxNumSeqs()
            : (int) Math.max(1, Math.min(MOST_SLOTS, fitting));
    int batched =
        budgets.maxNumBatchedTokens() > 0 ? budgets.maxNumBatchedTokens() : BATCHED_TOKENS;
    return new EngineConfig(slots, Math.max(batched, slots), slotTokens, 0, shape.prefixReusable());
  }
}
