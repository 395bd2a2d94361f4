package io.turnmill.chunk;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.util.Set;

/**
 * Where sentences begin, by ICU's rules (Unicode's annex 29), with these changes: no sentence ends
 * with an abbreviation or an initial, or before a small letter; and an opening bracket or quotation
 * mark belongs to what comes after it, also where no space stands before it, as in Chinese.
 */
final class SentenceBreaks {
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "Mr.", "Mrs.", "Ms.", "Messrs.", "Mme.", "Dr.", "Prof.", "Rev.", "Hon.", "Gov.", "Sen.",
          "Rep.", "Gen.", "Col.", "Capt.", "Lt.", "Sgt.", "St.", "Mt.", "vs.", "v.", "e.g.", "i.e.",
          "cf.", "viz.", "Inc.", "Ltd.", "Co.", "Corp.", "Cos.", "Bros.", "Dept.", "approx.", "ca.",
          "Jan.", "Feb.", "Mar.", "Apr.", "Jun.", "Jul.", "Aug.", "Sep.", "Sept.", "Oct.", "Nov.",
          "Dec.", "al.");

  /** Abbreviations where a number comes after them, and words elsewhere. */
  private static final Set<String> BEFORE_NUMBERS =
      Set.of(
          "No.", "Nos.", "no.", "nos.", "Art.", "art.", "Arts.", "Sec.", "sec.", "Secs.", "Fig.",
          "fig.", "Figs.", "Ch.", "ch.", "Vol.", "vol.", "p.", "pp.", "para.", "Ex.", "Nr.");

  private static final int LONGEST = 8;

  private final String text;

  SentenceBreaks(String text) {
    this.text = text;
  }

  void mark(CutPlaces places) {
    BreakIterator sentences = BreakIterator.getSentenceInstance(ULocale.ROOT);
    sentences.setText(text);
    int from = 0;
    for (int end = sentences.next(); end != BreakIterator.DONE; end = sentences.next()) {
      int place = end;
      while (place > from && isOpening(text.charAt(place - 1))) {
        place--;
      }
      from = place > from ? place : end;
      if (from < text.length() && begins(from)) {
        places.raise(from, CutPlaces.SENTENCE);
      }
    }
  }

  private boolean begins(int place) {
    char first = text.charAt(place);
    return !Blank.is(first)
        && !Character.isLowerCase(text.codePointAt(place))
        && !isAbbreviated(text, Blank.before(text, 0, place), place);
  }

  /** Whether what ends at {@code end} is an abbreviation, with {@code next} after it. */
  static boolean isAbbreviated(String text, int end, int next) {
    if (end == 0 || text.charAt(end - 1) != '.') {
      return false;
    }
    int start = end - 1;
    while (start > 0
        && end - start <= LONGEST
        && (Character.isLetter(text.charAt(start - 1)) || text.charAt(start - 1) == '.')) {
      start--;
    }
    String word = text.substring(start, end);
    return ABBREVIATIONS.contains(word)
        || (BEFORE_NUMBERS.contains(word) && Character.isDigit(text.charAt(next)))
        || isInitials(word);
  }

  /** Capital letters of which each has a full stop, as {@code J.} or {@code U.S.} */
  private static boolean isInitials(String word) {
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (i % 2 == 0 ? !Character.isUpperCase(c) : c != '.') {
        return false;
      }
    }
    return true;
  }

  /** Whether a sentence, or what is as good as one, can end with a {@code char}. */
  static boolean isEnd(char c) {
    return ".!?:;\u2026\u3002\uFF01\uFF1F\uFF1A\uFF1B".indexOf(c) >= 0
        || c == '"'
        || Character.getType(c) == Character.FINAL_QUOTE_PUNCTUATION
        || Character.getType(c) == Character.END_PUNCTUATION;
  }

  private static boolean isOpening(char c) {
    return Character.getType(c) == Character.INITIAL_QUOTE_PUNCTUATION
        || Character.getType(c) == Character.START_PUNCTUATION;
  }
}
