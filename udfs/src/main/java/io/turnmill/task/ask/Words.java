package io.turnmill.task.ask;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.Normalizer2;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The words of a text, as ICU finds them: by the rules of Unicode (UAX #29), and by a dictionary
 * where a language writes no spaces, such as Chinese.
 */
final class Words {
  /** Case, width and other forms of a character that make no other word. */
  private static final Normalizer2 FOLD = Normalizer2.getNFKCCasefoldInstance();

  private Words() {}

  /** The words in their order, folded. */
  static List<String> of(String text) {
    BreakIterator breaks = BreakIterator.getWordInstance(Locale.ROOT);
    breaks.setText(text);
    List<String> words = new ArrayList<>();
    int from = breaks.first();
    for (int to = breaks.next(); to != BreakIterator.DONE; from = to, to = breaks.next()) {
      if (breaks.getRuleStatus() >= BreakIterator.WORD_NONE_LIMIT) {
        words.add(FOLD.normalize(text.substring(from, to)));
      }
    }
    return words;
  }
}
