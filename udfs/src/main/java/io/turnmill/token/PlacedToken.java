package io.turnmill.token;

/**
 * An added token and the place in a text at which it is spelt.
 *
 * @param from the index of its first character, in {@code char}s
 */
public record PlacedToken(int from, AddedToken token) {

  /** The index of the first character after it. */
  public int to() {
    return from + token.content().length();
  }
}
