package io.turnmill.inference;

/**
 * Watches one reply as it grows, for what token ids alone cannot tell (stop strings). Not
 * thread-safe.
 */
@FunctionalInterface
public interface StopCheck {
  StopCheck NEVER = tokenId -> false;

  /**
   * Sees the next generated token, stop tokens excepted; true ends the reply after it (before
   * {@code min_tokens} it does not, and the check goes on).
   */
  boolean endsWith(int tokenId);
}
