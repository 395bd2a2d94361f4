package io.turnmill.inference;

/**
 * Watches one reply as it grows, for ends that token ids alone do not show, such as stop strings.
 * Not safe for use by several threads.
 */
@FunctionalInterface
public interface StopCheck {
  StopCheck NEVER = tokenId -> false;

  /**
   * Sees the next generated token, unless it is a stop token. If this returns true, the reply ends
   * after the token; before {@code min_tokens} it does not, and the check continues.
   */
  boolean endsWith(int tokenId);
}
