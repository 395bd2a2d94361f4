package io.turnmill.job.terminal;

import java.util.Locale;

/**
 * Makes text from an archive safe for a terminal: what would move the cursor, change colours or
 * turn the direction of writing is shown as a character instead of being sent.
 */
public final class TerminalText {
  private static final int TAB_COLUMNS = 4;

  private TerminalText() {}

  /** Text of several lines: line ends stay, tabs become spaces, all other controls show. */
  public static String text(String text) {
    return escape(text.replace("\r\n", "\n"), true);
  }

  /** Text for one line: line ends show, too. */
  public static String line(String text) {
    return escape(text, false);
  }

  private static String escape(String text, boolean manyLines) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      if (codePoint == '\n' && manyLines) {
        safe.append('\n');
      } else if (codePoint == '\t' && manyLines) {
        safe.append(" ".repeat(TAB_COLUMNS));
      } else {
        append(safe, codePoint);
      }
    }
    return safe.toString();
  }

  private static void append(StringBuilder safe, int codePoint) {
    if (codePoint < 0x20) {
      safe.appendCodePoint(0x2400 + codePoint); // the picture of the control: ␛ for escape
    } else if (codePoint == 0x7F) {
      safe.append('␡');
    } else if (isUnseen(codePoint)) {
      safe.append(String.format(Locale.ROOT, "<U+%04X>", codePoint));
    } else {
      safe.appendCodePoint(codePoint);
    }
  }

  /** C1 controls, lone surrogates, separators of lines, marks and overrides of direction. */
  private static boolean isUnseen(int codePoint) {
    return (codePoint >= 0x80 && codePoint < 0xA0)
        || (codePoint >= 0xD800 && codePoint <= 0xDFFF)
        || codePoint == 0x061C
        || codePoint == 0x200E
        || codePoint == 0x200F
        || (codePoint >= 0x2028 && codePoint <= 0x202E)
        || (codePoint >= 0x2066 && codePoint <= 0x2069)
        || codePoint == 0xFEFF
        || (codePoint >= 0xE0000 && codePoint <= 0xE007F);
  }
}
