package io.turnmill.document;

/**
 * Places of a text in Unicode characters (code points) instead of {@code char}s, as Python and most
 * databases count them. It takes an int for each 64 {@code char}s, and nothing for a text without
 * surrogates.
 */
public final class CodePoints {
  private static final int BLOCK = 64;

  private final String text;

  /** How many code points begin before each block; empty if each is one {@code char}. */
  private final int[] before;

  private CodePoints(String text, int[] before) {
    this.text = text;
    this.before = before;
  }

  public static CodePoints of(String text) {
    int length = text.length();
    if (text.codePointCount(0, length) == length) {
      return new CodePoints(text, new int[0]);
    }
    int[] before = new int[length / BLOCK + 1];
    int count = 0;
    for (int place = 0; place < length; place++) {
      if (place % BLOCK == 0) {
        before[place / BLOCK] = count;
      }
      count += begins(text, place) ? 1 : 0;
    }
    if (length % BLOCK == 0) {
      before[length / BLOCK] = count;
    }
    return new CodePoints(text, before);
  }

  /**
   * How many code points begin before a place.
   *
   * @param place an index of a {@code char}, or the text's length
   */
  public int at(int place) {
    if (before.length == 0) {
      return place;
    }
    int count = before[place / BLOCK];
    for (int at = place - place % BLOCK; at < place; at++) {
      count += begins(text, at) ? 1 : 0;
    }
    return count;
  }

  /** A span in code points. */
  public Span of(Span span) {
    return new Span(at(span.from()), at(span.to()));
  }

  private static boolean begins(String text, int place) {
    return place == 0
        || !Character.isLowSurrogate(text.charAt(place))
        || !Character.isHighSurrogate(text.charAt(place - 1));
  }
}
