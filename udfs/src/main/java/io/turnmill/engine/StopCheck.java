package io.turnmill.engine;

/**
 * Watches one reply as it grows, for what token ids alone cannot tell (stop strings). Not
 * thread-safe.
 */
@FunctionalInterface
public interface StopCheck {
  StopCheck NEVER = tokenId -> false;

  /** Sees the next generated token; true ends the reply after it. */
  boolean endsWith(int tokenId);
}
