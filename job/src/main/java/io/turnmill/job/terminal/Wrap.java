package io.turnmill.job.terminal;

import java.util.ArrayList;
import java.util.List;

/** Breaks text into lines that fit a width, by columns and not by characters. */
public final class Wrap {
  /** Closing punctuation that no line should begin with, as far as there is a choice. */
  private static final String NOT_FIRST = "、。，．！？：；」』）】》〉”’,.!?:;)]}";

  private Wrap() {}

  /**
   * The lines of a text. Line ends of the text stay; a line breaks at a space, between two wide
   * characters, or, if there is no such place, anywhere between two characters.
   *
   * @param text made visible already: no control characters but line ends
   */
  public static List<String> lines(String text, int columns) {
    List<String> lines = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      wrap(line.stripTrailing(), Math.max(2, columns), lines);
    }
    return lines;
  }

  private static void wrap(String line, int columns, List<String> lines) {
    String rest = line;
    while (TextWidth.of(rest) > columns) {
      int end = end(rest, columns);
      lines.add(rest.substring(0, end).stripTrailing());
      rest = rest.substring(end).stripLeading();
    }
    lines.add(rest);
  }

  /** Where the first line of a text ends that is too long for one: an index above 0. */
  private static int end(String text, int columns) {
    int used = 0;
    int before = 0;
    int lastBreak = 0;
    boolean seenWord = false;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      int width = TextWidth.of(before, codePoint);
      if (seenWord && mayBreak(before, codePoint)) {
        lastBreak = i;
      }
      if (used + width > columns) {
        return lastBreak > 0 ? lastBreak : Math.max(i, Character.charCount(codePoint));
      }
      seenWord |= codePoint != ' ';
      used += width;
      before = codePoint;
      i += Character.charCount(codePoint);
    }
    return text.length();
  }

  private static boolean mayBreak(int before, int codePoint) {
    if (codePoint == ' ') {
      return true;
    }
    if (before == ' ') {
      return true;
    }
    boolean wide = TextWidth.isWide(before) || TextWidth.isWide(codePoint);
    return wide && TextWidth.of(before, codePoint) > 0 && NOT_FIRST.indexOf(codePoint) < 0;
  }
}
