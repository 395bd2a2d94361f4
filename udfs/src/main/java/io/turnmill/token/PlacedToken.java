package io.turnmill.token;

/**
 * An added token at a place of a text, where its spelling stands.
 *
 * @param from its first character, counted in {@code char}s
 */
public record PlacedToken(int from, AddedToken token) {

  /** The first character after it. */
  public int to() {
    return from + token.content().length();
  }
}
