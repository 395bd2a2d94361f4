package io.turnmill.chunk;

/**
 * Counts the tokens that the model in use makes of a text, without those that it puts around every
 * text. It is never asked about more than {@value #LIMIT_CHARS} {@code char}s at once, and is used
 * by many threads.
 */
@FunctionalInterface
public interface TokenCounter {

  /** The longest text that is counted, and so the longest chunk, in {@code char}s. */
  int LIMIT_CHARS = 1 << 20;

  /** How many tokens {@code text} has by itself. */
  int count(String text);
}
