package io.turnmill.prompt.jinja;

import java.util.Locale;

/** Upper and lower case, as Python's string methods see it. */
final class Casing {
  private Casing() {}

  static String upper(String value) {
    return value.toUpperCase(Locale.ROOT);
  }

  static String lower(String value) {
    return value.toLowerCase(Locale.ROOT);
  }

  static String capitalize(String value) {
    if (value.isEmpty()) {
      return value;
    }
    int first = Character.charCount(value.codePointAt(0));
    return titleOf(value.substring(0, first)) + rest(value, first);
  }

  /** Lower case of what follows {@code from}; the whole is lowered, as a final sigma needs it. */
  private static String rest(String value, int from) {
    String lowered = lower(value);
    int lengthOfFirst = lower(value.substring(0, from)).length();
    return lowered.substring(Math.min(lengthOfFirst, lowered.length()));
  }

  private static String titleOf(String character) {
    int title = Character.toTitleCase(character.codePointAt(0));
    String upper = upper(character);
    if (title != character.codePointAt(0) || upper.equals(character)) {
      return Character.toString(title);
    }
    // One that only grows, such as the German sharp s.
    int head = Character.charCount(upper.codePointAt(0));
    return upper.substring(0, head) + lower(upper.substring(head));
  }

  static String title(String value) {
    StringBuilder out = new StringBuilder(value.length());
    String lowered = lower(value);
    boolean sameShape = lowered.length() == value.length();
    boolean inWord = false;
    for (int i = 0; i < value.length(); ) {
      int c = value.codePointAt(i);
      int next = i + Character.charCount(c);
      String one = value.substring(i, next);
      if (!inWord) {
        out.append(titleOf(one));
      } else {
        out.append(sameShape ? lowered.substring(i, next) : lower(one));
      }
      inWord = Characters.isCased(c);
      i = next;
    }
    return out.toString();
  }
}
