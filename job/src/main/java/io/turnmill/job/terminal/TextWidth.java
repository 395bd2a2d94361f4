package io.turnmill.job.terminal;

import java.util.Arrays;

/** How many columns of a terminal text takes: East-Asian wide characters take two. */
public final class TextWidth {
  /** First and last code point of each range of wide characters (Unicode: W and F), in order. */
  private static final int[] WIDE = {
    0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23EC, 0x23F0, 0x23F0, 0x23F3, 0x23F3,
    0x25FD, 0x25FE, 0x2614, 0x2615, 0x2648, 0x2653, 0x267F, 0x267F, 0x2693, 0x2693, 0x26A1, 0x26A1,
    0x26AA, 0x26AB, 0x26BD, 0x26BE, 0x26C4, 0x26C5, 0x26CE, 0x26CE, 0x26D4, 0x26D4, 0x26EA, 0x26EA,
    0x26F2, 0x26F3, 0x26F5, 0x26F5, 0x26FA, 0x26FA, 0x26FD, 0x26FD, 0x2705, 0x2705, 0x270A, 0x270B,
    0x2728, 0x2728, 0x274C, 0x274C, 0x274E, 0x274E, 0x2753, 0x2755, 0x2757, 0x2757, 0x2795, 0x2797,
    0x27B0, 0x27B0, 0x27BF, 0x27BF, 0x2B1B, 0x2B1C, 0x2B50, 0x2B50, 0x2B55, 0x2B55, 0x2E80, 0x303E,
    0x3041, 0xA4CF, 0xA960, 0xA97F, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19, 0xFE30, 0xFE6F,
    0xFF01, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x18CD5, 0x18D00, 0x18D08, 0x1AFF0, 0x1B2FB, 0x1F004,
    0x1F004, 0x1F0CF, 0x1F0CF, 0x1F18E, 0x1F18E, 0x1F191, 0x1F19A, 0x1F200, 0x1F320, 0x1F32D,
    0x1F335, 0x1F337, 0x1F37C, 0x1F37E, 0x1F393, 0x1F3A0, 0x1F3CA, 0x1F3CF, 0x1F3D3, 0x1F3E0,
    0x1F3F0, 0x1F3F4, 0x1F3F4, 0x1F3F8, 0x1F43E, 0x1F440, 0x1F440, 0x1F442, 0x1F4FC, 0x1F4FF,
    0x1F53D, 0x1F54B, 0x1F54E, 0x1F550, 0x1F567, 0x1F57A, 0x1F57A, 0x1F595, 0x1F596, 0x1F5A4,
    0x1F5A4, 0x1F5FB, 0x1F64F, 0x1F680, 0x1F6C5, 0x1F6CC, 0x1F6CC, 0x1F6D0, 0x1F6D2, 0x1F6D5,
    0x1F6DF, 0x1F6EB, 0x1F6EC, 0x1F6F4, 0x1F6FC, 0x1F7E0, 0x1F7F0, 0x1F90C, 0x1F93A, 0x1F93C,
    0x1F945, 0x1F947, 0x1F9FF, 0x1FA70, 0x1FAFF, 0x20000, 0x2FFFD, 0x30000, 0x3FFFD
  };

  private static final int JOINER = 0x200D;

  private TextWidth() {}

  /** Columns of a text without control characters; what follows a joiner takes none. */
  public static int of(String text) {
    int columns = 0;
    int before = 0;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      columns += of(before, codePoint);
      before = codePoint;
      i += Character.charCount(codePoint);
    }
    return columns;
  }

  /** Columns that a code point adds after another one: 0, 1 or 2. */
  private static int of(int before, int codePoint) {
    if (before == JOINER || isSkinTone(codePoint)) {
      return 0;
    }
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      default -> isWide(codePoint) ? 2 : 1;
    };
  }

  static boolean isWide(int codePoint) {
    int at = Arrays.binarySearch(WIDE, codePoint);
    // Between a first and its last code point the insertion point is odd.
    return at >= 0 || (-at - 1) % 2 == 1;
  }

  /** The text cut to this many columns; the last one is "…" if anything is missing. */
  public static String cut(String text, int columns) {
    if (of(text) <= columns) {
      return text;
    }
    return text.substring(0, fitting(text, 0, columns - 1)) + "…";
  }

  /** The end of the part of a text that begins somewhere and takes at most so many columns. */
  static int fitting(String text, int from, int columns) {
    int used = 0;
    int before = 0;
    int at = from;
    while (at < text.length()) {
      int codePoint = text.codePointAt(at);
      used += of(before, codePoint);
      if (used > columns) {
        break;
      }
      before = codePoint;
      at += Character.charCount(codePoint);
    }
    return at;
  }

  /** The text filled up with spaces to this many columns. */
  public static String pad(String text, int columns, boolean right) {
    String spaces = " ".repeat(Math.max(0, columns - of(text)));
    return right ? spaces + text : text + spaces;
  }

  private static boolean isSkinTone(int codePoint) {
    return codePoint >= 0x1F3FB && codePoint <= 0x1F3FF;
  }
}
