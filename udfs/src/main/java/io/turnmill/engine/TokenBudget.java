package io.turnmill.engine;

/**
 * How many tokens the next forward pass may have. A pass that ran out of memory halves what was
 * tried; every {@value #RECOVERY_STEPS} steps that succeed double it again, up to the configured
 * limit. So where memory stays short, about one pass in {@value #RECOVERY_STEPS} is lost. When not
 * even one token fitted, the next pass that succeeds shows that only that one sequence did not fit,
 * or that the device has room again; then the whole budget is allowed again.
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

  /** A pass of one token did not fit. */
  public void outOfMemoryForOne() {
    current = 1;
    oneFailed = true;
  }

  /**
   * The row that did not fit even alone is gone. It was the reason, so the whole budget is allowed
   * again.
   */
  public void culpritGone() {
    current = limit;
    successes = 0;
    oneFailed = false;
  }
}
