package io.turnmill.task;

import java.util.Locale;

/**
 * Tells whether a model said that a text has no answer. Models put quotes, marks and full stops
 * around the word that they are to say, or go on to explain it after a full stop or in a line of
 * their own.
 */
public final class NothingFound {
  private final String word;

  /**
   * @param word what the model is to say
   */
  public NothingFound(String word) {
    this.word = bare(word);
  }

  /** Whether a text says it. */
  public boolean isSaidBy(String text) {
    String said = bare(text);
    if (said.isEmpty()) {
      return true;
    }
    return said.startsWith(word) && (said.length() == word.length() || ends(said, word.length()));
  }

  /** Whether a sentence ends at a place: there is a mark or a line break, and no word goes on. */
  private static boolean ends(String text, int at) {
    String rest = text.substring(at).replaceFirst("^[ \"'”’»」*_`)\\]]+", "");
    return !rest.isEmpty() && ".:;!。：；！—\n\r".indexOf(rest.charAt(0)) >= 0;
  }

  /** In lower case, without what is neither letter nor digit at both ends. */
  private static String bare(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && !Character.isLetterOrDigit(text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (from < to && !Character.isLetterOrDigit(text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to).toLowerCase(Locale.ROOT);
  }
}
