package io.turnmill.chunk;

/** White space, no-break spaces included. */
final class Blank {
  private Blank() {}

  static boolean is(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  /**
   * The first place from {@code place} on that is not blank; the text's length if there is none.
   */
  static int from(String text, int place) {
    return from(text, place, text.length());
  }

  /** The same before {@code end}; {@code end} if there is none. */
  static int from(String text, int place, int end) {
    int at = place;
    while (at < end && is(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /**
   * The place after the last {@code char} between {@code begin} and {@code place} that is not
   * blank; {@code begin} if there is none.
   */
  static int before(String text, int begin, int place) {
    int at = place;
    while (at > begin && is(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }
}
