package io.turnmill.inference;

/**
 * Watches one reply as it grows, for what token ids alone do not show: ends such as stop strings,
 * and where reasoning begins and ends. Not safe for use by several threads.
 */
@FunctionalInterface
public interface StopCheck {
  StopCheck NEVER = tokenId -> false;

  /**
   * Sees the next generated token, unless it is a stop token. If this returns true, the reply ends
   * after the token; before {@code min_tokens} it does not, and the check continues.
   */
  boolean endsWith(int tokenId);

  /**
   * Whether the reply is within its reasoning after the tokens seen so far. The token that opens
   * reasoning and the one that ends it do not count as reasoning, see {@link ThinkingBudget}. It
   * only tells what {@link #endsWith} found, and never throws.
   */
  default boolean thinking() {
    return false;
  }
}
