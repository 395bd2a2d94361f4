package io.turnmill.document;

/**
 * A heading in a text.
 *
 * @param span the heading's own words, without marks such as {@code #}
 * @param level 1 for the highest
 */
public record Heading(Span span, int level) {

  public Heading {
    if (level < 1) {
      throw new IllegalArgumentException("A heading of level " + level + ".");
    }
  }
}
