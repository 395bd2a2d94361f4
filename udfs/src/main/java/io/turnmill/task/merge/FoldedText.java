package io.turnmill.task.merge;

import io.turnmill.document.Span;
import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A text in which differences of case, of quotation marks and of white space are gone: a run of
 * white space is one space, and none next to a script that puts no spaces between words.
 */
final class FoldedText {
  private static final Set<UnicodeScript> WITHOUT_SPACES =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.BOPOMOFO,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR);

  private static final String DOUBLE_QUOTES = "\"“”„‟«»「」『』＂";
  private static final String SINGLE_QUOTES = "'‘’‚‛‹›′＇";

  private final String original;
  private final String folded;

  /**
   * For each {@code char} of the folded text, where the character that it is of begins and ends.
   */
  private final int[] begins;

  private final int[] ends;

  FoldedText(String original) {
    this.original = original;
    StringBuilder text = new StringBuilder(original.length());
    int[] from = new int[2 * original.length() + 1];
    int[] to = new int[from.length];
    int space = -1;
    boolean afterWide = true; // a text does not begin with a space
    for (int at = 0; at < original.length(); ) {
      int point = original.codePointAt(at);
      int after = at + Character.charCount(point);
      if (Character.isWhitespace(point) || Character.isSpaceChar(point)) {
        space = space < 0 ? at : space;
      } else {
        boolean isWide = isWide(point);
        if (space >= 0 && !afterWide && !isWide) {
          from[text.length()] = space;
          to[text.length()] = at;
          text.append(' ');
        }
        int begin = text.length();
        text.appendCodePoint(folded(point));
        for (int i = begin; i < text.length(); i++) {
          from[i] = at;
          to[i] = after;
        }
        space = -1;
        afterWide = isWide;
      }
      at = after;
    }
    this.folded = text.toString();
    this.begins = from;
    this.ends = to;
  }

  /** The folded text. */
  String text() {
    return folded;
  }

  /**
   * Where another text stands in this one, in {@code char}s of the original: the first place at
   * which it neither begins nor ends within a word.
   */
  Optional<Span> find(FoldedText other) {
    String wanted = other.folded;
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    for (int at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
      int from = begins[at];
      int to = ends[at + wanted.length() - 1];
      if (isWhole(original, from, to)) {
        return Optional.of(new Span(from, to));
      }
    }
    return Optional.empty();
  }

  /** As {@link #find}, for a text that stands there exactly. */
  static Optional<Span> findExactly(String text, String wanted) {
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
      if (isWhole(text, at, at + wanted.length())) {
        return Optional.of(new Span(at, at + wanted.length()));
      }
    }
    return Optional.empty();
  }

  /** Whether no word goes on over the beginning or the end of a part of a text. */
  private static boolean isWhole(String text, int from, int to) {
    return !isWithinWord(text, from) && !isWithinWord(text, to);
  }

  private static boolean isWithinWord(String text, int at) {
    return at > 0
        && at < text.length()
        && isOfWord(text.codePointBefore(at))
        && isOfWord(text.codePointAt(at));
  }

  /** Of a word as it is written in a script with spaces; a particle follows a word of Hangul. */
  private static boolean isOfWord(int point) {
    return Character.isLetterOrDigit(point)
        && !isWide(point)
        && UnicodeScript.of(point) != UnicodeScript.HANGUL;
  }

  /** Of a script without spaces, or one of its marks. */
  private static boolean isWide(int point) {
    return WITHOUT_SPACES.contains(UnicodeScript.of(point))
        || (point >= 0x3000 && point <= 0x303F)
        || (point >= 0xFF00 && point <= 0xFF60 && !Character.isLetterOrDigit(point));
  }

  private static int folded(int point) {
    if (DOUBLE_QUOTES.indexOf(point) >= 0) {
      return '"';
    }
    if (SINGLE_QUOTES.indexOf(point) >= 0) {
      return '\'';
    }
    return Character.toLowerCase(Character.toUpperCase(point));
  }
}
