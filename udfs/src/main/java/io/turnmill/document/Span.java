package io.turnmill.document;

/**
 * A part of a text, in {@code char}s.
 *
 * @param from the place of its first {@code char}
 * @param to the place after its last one
 */
public record Span(int from, int to) {

  public Span {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("A span from " + from + " to " + to + ".");
    }
  }

  /** How many {@code char}s it has. */
  public int length() {
    return to - from;
  }

  /** The part of {@code text} at this span. */
  public String of(String text) {
    return text.substring(from, to);
  }
}
