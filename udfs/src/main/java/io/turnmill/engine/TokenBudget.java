package io.turnmill.engine;

/**
 * How many tokens the next forward pass may have. Out of memory halves what was tried; every
 * {@value #RECOVERY_STEPS} steps that succeed double it again up to the configured limit, so that
 * where memory stays short about one pass in {@value #RECOVERY_STEPS} is lost. Where not even one
 * token fitted, the next pass that succeeds says that it was the one sequence, or that the device
 * has room again: so all is as before.
 */
public final class TokenBudget {
  static final int RECOVERY_STEPS = 32;

  private final int limit;
  private int current;
  private int successes;
  private boolean oneFailed;

  public TokenBudget(int limit) {
    this.limit = limit;
    this.current = limit;
  }

  public int tokens() {
    return current;
  }

  public void succeeded() {
    if (oneFailed) {
      culpritGone();
    } else if (current < limit && ++successes == RECOVERY_STEPS) {
      current = (int) Math.min(limit, 2L * current);
      successes = 0;
    }
  }

  /** A pass of {@code tokens}, more than one, did not fit. */
  public void outOfMemory(int tokens) {
    current = tokens / 2;
    successes = 0;
  }

  /** One token did not fit, alone. */
  public void outOfMemoryForOne() {
    current = 1;
    oneFailed = true;
  }

  /** The row that did not fit even alone is gone: it was the reason, so the others start afresh. */
  public void culpritGone() {
    current = limit;
    successes = 0;
    oneFailed = false;
  }
}
