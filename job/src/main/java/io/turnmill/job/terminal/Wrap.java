package io.turnmill.job.terminal;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Breaks text into lines that fit a width, by columns and not by characters. */
public final class Wrap {
  private Wrap() {}

  /**
   * The lines of a text. Line ends of the text stay; a line breaks where Unicode allows it, or, if
   * there is no such place, anywhere between two characters.
   *
   * @param text made visible already: no control characters but line ends
   */
  public static List<String> lines(String text, int columns) {
    List<String> lines = new ArrayList<>();
    BreakIterator breaks = BreakIterator.getLineInstance(Locale.ROOT);
    for (String line : text.split("\n", -1)) {
      wrap(line.stripTrailing(), Math.max(2, columns), breaks, lines);
    }
    return lines;
  }

  private static void wrap(String line, int columns, BreakIterator breaks, List<String> lines) {
    breaks.setText(line);
    int from = 0;
    int fit = TextWidth.fitting(line, from, columns);
    while (fit < line.length()) {
      int end = fit;
      while (line.charAt(end) == ' ') {
        end++; // spaces at the end of a line take none of it
      }
      int lastBreak = breaks.isBoundary(end) ? end : breaks.preceding(end);
      while (lastBreak > from && !isBetweenWords(line, lastBreak)) {
        lastBreak = breaks.preceding(lastBreak);
      }
      if (lastBreak > from && !line.substring(from, lastBreak).isBlank()) {
        end = lastBreak;
      }
      lines.add(line.substring(from, end).stripTrailing());
      from = end;
      while (Character.isWhitespace(line.charAt(from))) {
        from++;
      }
      fit = TextWidth.fitting(line, from, columns);
    }
    lines.add(line.substring(from));
  }

  /** Not inside of an address or a path, which Unicode would break after a colon or a slash. */
  private static boolean isBetweenWords(String line, int at) {
    return line.charAt(at - 1) == ' '
        || TextWidth.isWide(line.codePointBefore(at))
        || (at < line.length() && TextWidth.isWide(line.codePointAt(at)));
  }
}
