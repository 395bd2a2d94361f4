package io.turnmill.chunk;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import io.turnmill.document.DocumentText;
import io.turnmill.document.Heading;
import io.turnmill.document.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * How good each place of a text is to cut it there, as a number: greater is better. A place is the
 * index of the {@code char} after the cut.
 */
final class CutPlaces {
  /**
   * Between two code points of one grapheme cluster. A place without any is in a surrogate pair.
   */
  static final byte CODE_POINT = 1;

  static final byte GRAPHEME = 2;
  static final byte WORD = 3;

  /** The beginning of a line within a sentence. */
  static final byte WRAP = 4;

  static final byte CLAUSE = 5;
  static final byte SENTENCE = 6;
  static final byte LINE = 7;
  static final byte PARAGRAPH = 8;

  /** The lowest heading; higher ones are better. */
  static final byte HEADING = 9;

  static final byte TURN = 40;

  private final String text;
  private final byte[] strengths;
  private final List<Span> tables = new ArrayList<>();
  private final List<Span> rows = new ArrayList<>();

  private CutPlaces(String text) {
    this.text = text;
    strengths = new byte[text.length() + 1];
  }

  /**
   * @param longChars words are told apart only in sentences that are longer, because that costs
   *     most of the time
   */
  static CutPlaces of(DocumentText document, int longChars) {
    CutPlaces places = new CutPlaces(document.text());
    places.markCharacters();
    LineBreaks lines = LineBreaks.of(document);
    lines.mark(places);
    new SentenceBreaks(lines.unwrapped()).mark(places);
    document.tables().forEach(places::markTable);
    places.markWords(longChars);
    document.headings().forEach(places::markHeading);
    document.turns().forEach(turn -> places.raise(turn, TURN));
    return places;
  }

  byte at(int place) {
    return strengths[place];
  }

  /** The last of the best places from {@code from} to {@code to}, both included. */
  int best(int from, int to) {
    int best = to;
    for (int place = to - 1; place >= from; place--) {
      if (strengths[place] > strengths[best]) {
        best = place;
      }
    }
    return best;
  }

  /** The first place after {@code place} of at least {@code least}; the text's end if none is. */
  int next(int place, byte least) {
    return next(place, least, text.length());
  }

  /** The same up to {@code end}; {@code end} if there is none. */
  int next(int place, byte least, int end) {
    int next = place + 1;
    while (next < end && strengths[next] < least) {
      next++;
    }
    return Math.min(next, end);
  }

  /** The tables, each with the white space after it. */
  List<Span> tables() {
    return tables;
  }

  /** The rows of all tables, each with its line break. */
  List<Span> rows() {
    return rows;
  }

  /** Makes a place at least so good, unless it is within a grapheme cluster. */
  void raise(int place, byte strength) {
    if (place < text.length() && strengths[place] >= GRAPHEME && strengths[place] < strength) {
      strengths[place] = strength;
    }
  }

  /** The beginning of the line at {@code place}. */
  static int lineStart(String text, int place) {
    int start = Math.min(place, text.length());
    while (start > 0 && !LineBreaks.isBreak(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  private void markCharacters() {
    for (int place = 0; place < text.length(); place++) {
      boolean inPair =
          place > 0
              && Character.isLowSurrogate(text.charAt(place))
              && Character.isHighSurrogate(text.charAt(place - 1));
      strengths[place] = inPair ? 0 : CODE_POINT;
    }
    BreakIterator graphemes = BreakIterator.getCharacterInstance(ULocale.ROOT);
    graphemes.setText(text);
    for (int place = graphemes.first(); place < text.length(); place = graphemes.next()) {
      strengths[place] = GRAPHEME;
    }
    strengths[text.length()] = TURN;
  }

  /** Within a table, only the beginnings of rows are places for a cut; words follow later. */
  private void markTable(Span table) {
    int from = table.from() == 0 ? 0 : next(table.from() - 1, GRAPHEME);
    int end = Math.min(table.to(), text.length());
    for (int place = from + 1; place < end; place++) {
      strengths[place] = (byte) Math.min(strengths[place], GRAPHEME);
    }
    int row = from;
    for (int place = from + 1; place < end; place++) {
      if (LineBreaks.isBreak(text.charAt(place - 1)) && strengths[place] == GRAPHEME) {
        strengths[place] = LINE;
        rows.add(new Span(row, place));
        row = place;
      }
    }
    int after = end < text.length() ? next(Math.max(end - 1, row), LINE) : end;
    if (table.length() > 0 && row < after) {
      raise(from, PARAGRAPH);
      raise(after, PARAGRAPH);
      rows.add(new Span(row, after));
      tables.add(new Span(from, after));
    }
  }

  private void markWords(int longChars) {
    BreakIterator words = BreakIterator.getWordInstance(ULocale.ROOT);
    BreakIterator lines = BreakIterator.getLineInstance(ULocale.ROOT);
    int from = 0;
    while (from < text.length()) {
      int to = next(from, SENTENCE);
      if (to - from > longChars) {
        String part = text.substring(from, to);
        words.setText(part);
        lines.setText(part);
        markWords(words, lines, from, to);
      }
      from = to;
    }
  }

  /** A word's border where a line may be broken, too: never before a comma, or after a bracket. */
  private void markWords(BreakIterator words, BreakIterator lines, int from, int to) {
    int word = words.next();
    int line = lines.next();
    while (word < to - from && line < to - from) {
      if (word == line && !Blank.is(text.charAt(from + word))) {
        raise(from + word, endsClause(from + word) ? CLAUSE : WORD);
      }
      int last = Math.min(word, line);
      word = word == last ? words.next() : word;
      line = line == last ? lines.next() : line;
    }
  }

  private boolean endsClause(int place) {
    int end = Blank.before(text, 0, place);
    return end > 0 && ",;:\u2014\uFF0C\uFF1B\uFF1A\u3001".indexOf(text.charAt(end - 1)) >= 0;
  }

  /** A heading's line begins at a good place, and what comes directly after it does not. */
  private void markHeading(Heading heading) {
    int start = lineStart(text, heading.span().from());
    boolean first = start == 0 || strengths[start] != WORD;
    if (first) {
      raise(start, (byte) Math.max(HEADING, TURN - 1 - heading.level()));
    }
    int end = Math.min(Math.max(heading.span().to(), start), text.length());
    int after = Math.min(Blank.from(text, end), text.length() - 1);
    for (int place = Math.max(end, start + 1); place <= after; place++) {
      strengths[place] = (byte) Math.min(strengths[place], WORD);
    }
  }
}
