package io.turnmill.clean;

/**
 * The normalisation of white space: a run of blanks of any kind becomes one space, blanks at the
 * ends of lines go, and of several empty lines one stays. A line ends with LF, whatever ended it
 * before, and a text neither begins nor ends with white space.
 */
final class WhiteSpace {
  /** Two line ends in a row have one empty line between them. */
  private static final int MOST_LINE_ENDS = 2;

  private WhiteSpace() {}

  static String normalized(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    int lineEnds = 0;
    boolean blank = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isLineEnd(c)) {
        boolean isSecondHalf = c == '\n' && i > 0 && text.charAt(i - 1) == '\r';
        lineEnds += isSecondHalf ? 0 : 1;
        blank = false;
      } else if (isBlank(c)) {
        blank = true;
      } else {
        if (!clean.isEmpty()) {
          clean.append("\n".repeat(Math.min(lineEnds, MOST_LINE_ENDS))).append(blank ? " " : "");
        }
        clean.append(c);
        lineEnds = 0;
        blank = false;
      }
    }
    return clean.toString();
  }

  private static boolean isLineEnd(char c) {
    return switch (c) {
      case '\n', '\r', '\u000b', '\f', '\u2028', '\u2029' -> true;
      default -> false;
    };
  }

  /** What a message must not consist of alone, or it would have been rejected. */
  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }
}
