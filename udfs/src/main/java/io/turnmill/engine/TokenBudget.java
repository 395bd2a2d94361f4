package io.turnmill.engine;

/**
 * How many tokens the next forward pass may have. Out of memory halves what was tried; every
 * {@value #RECOVERY_STEPS} steps that succeed double it again up to the configured limit, so that
 * where memory stays short about one pass in {@value #RECOVERY_STEPS} is lost.
 */
final class TokenBudget {
  static final int RECOVERY_STEPS = 32;

  private final int limit;
  private int current;
  private int successes;

  TokenBudget(int limit) {
    this.limit = limit;
    this.current = limit;
  }

  int tokens() {
    return current;
  }

  void succeeded() {
    if (current < limit && ++successes == RECOVERY_STEPS) {
      current = (int) Math.min(limit, 2L * current);
      successes = 0;
    }
  }

  /** A pass of {@code tokens}, more than one, did not fit. */
  void outOfMemory(int tokens) {
    current = tokens / 2;
    successes = 0;
  }

  /** The row that did not fit even alone is gone: it was the reason, so the others start afresh. */
  void culpritGone() {
    current = limit;
    successes = 0;
  }
}
