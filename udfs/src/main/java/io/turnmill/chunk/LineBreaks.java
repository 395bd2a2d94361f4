package io.turnmill.chunk;

import io.turnmill.document.DocumentText;
import io.turnmill.document.Heading;
import io.turnmill.document.Span;

/**
 * The lines of a text. In many texts a line ends where the page was full, in the middle of a
 * sentence: such a line goes on in the next one. That is so if the next line begins with a small
 * letter, or if this one is long and no sentence ends with it, and the next one begins with a
 * letter.
 */
final class LineBreaks {
  private static final int LONG_LINE = 40;
  private static final int LONG_IDEOGRAPHIC_LINE = 20;

  private final String text;
  private final StringBuilder unwrapped;

  private LineBreaks(String text) {
    this.text = text;
    unwrapped = new StringBuilder(text);
  }

  static LineBreaks of(DocumentText document) {
    LineBreaks lines = new LineBreaks(document.text());
    lines.unwrap();
    for (Heading heading : document.headings()) {
      lines.keep(CutPlaces.lineStart(lines.text, heading.span().from()));
      lines.keepAfter(heading.span().to());
    }
    for (Span table : document.tables()) {
      lines.keep(table.from(), table.to());
      lines.keepAfter(table.to());
    }
    document.turns().forEach(lines::keep);
    return lines;
  }

  /** The text with spaces in place of the line breaks of lines that go on; of the same length. */
  String unwrapped() {
    return unwrapped.toString();
  }

  /** Marks the beginnings of lines and paragraphs. */
  void mark(CutPlaces places) {
    boolean blankBefore = true;
    int next;
    for (int from = 0; from < text.length(); from = next) {
      next = next(from);
      boolean blank = Blank.from(text, from, next) == next;
      if (!blank && from > 0) {
        boolean goesOn = unwrapped.charAt(from - 1) == ' ';
        byte line = goesOn ? CutPlaces.WRAP : CutPlaces.LINE;
        places.raise(from, blankBefore ? CutPlaces.PARAGRAPH : line);
      }
      blankBefore = blank;
    }
  }

  static boolean isBreak(char c) {
    return c == '\n' || c == '\r';
  }

  private void unwrap() {
    int from = 0;
    while (from < text.length()) {
      int next = next(from);
      if (next < text.length() && goesOn(from, next)) {
        for (int at = next - 1; at >= from && isBreak(text.charAt(at)); at--) {
          unwrapped.setCharAt(at, ' ');
        }
      }
      from = next;
    }
  }

  private boolean goesOn(int from, int next) {
    int end = Blank.before(text, from, next);
    int nextEnd = next(next);
    int first = Blank.from(text, next, nextEnd);
    if (end == from || first == nextEnd || isItem(first)) {
      return false; // one of the two is blank, or a list begins
    }
    int letter = text.codePointAt(first);
    if (Character.isLowerCase(letter)) {
      return true;
    }
    int length = Character.isIdeographic(letter) ? LONG_IDEOGRAPHIC_LINE : LONG_LINE;
    return Character.isLetter(letter)
        && end - from >= length
        && (!SentenceBreaks.isEnd(text.charAt(end - 1))
            || SentenceBreaks.isAbbreviated(text, end, first));
  }

  /** Whether the mark of a list's item is at a place, as {@code a)} or {@code 12.}. */
  private boolean isItem(int place) {
    int end = place;
    while (end < text.length() && end - place < 3 && isLetterOrDigit(text.charAt(end))) {
      end++;
    }
    return end > place
        && end < text.length()
        && (text.charAt(end) == ')'
            || (text.charAt(end) == '.' && Character.isDigit(text.charAt(place))));
  }

  private static boolean isLetterOrDigit(char c) {
    return c < 0x80 && Character.isLetterOrDigit(c);
  }

  private int next(int from) {
    int end = from;
    while (end < text.length() && !isBreak(text.charAt(end))) {
      end++;
    }
    boolean two = end + 1 < text.length() && text.startsWith("\r\n", end);
    return Math.min(end + (two ? 2 : 1), text.length());
  }

  /** Keeps the line break directly before a place. */
  private void keep(int place) {
    keep(place - 2, place);
  }

  private void keepAfter(int place) {
    int end = Math.min(place, text.length());
    keep(end, next(end));
  }

  private void keep(int from, int to) {
    for (int at = Math.max(0, from); at < Math.min(to, text.length()); at++) {
      unwrapped.setCharAt(at, text.charAt(at));
    }
  }
}
