package io.turnmill.clean;

import java.lang.Character.UnicodeScript;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Counts the letters of texts by their script. For one thread. */
final class ScriptCount {
  private static final Set<UnicodeScript> SHARED =
      EnumSet.of(UnicodeScript.COMMON, UnicodeScript.INHERITED, UnicodeScript.UNKNOWN);

  private final Map<UnicodeScript, Long> letters = new EnumMap<>(UnicodeScript.class);

  void add(String text) {
    UnicodeScript last = UnicodeScript.UNKNOWN;
    long inARow = 0; // letters of one script mostly follow each other
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      i += Character.charCount(character);
      if (Character.isLetter(character)) {
        UnicodeScript script = UnicodeScript.of(character);
        if (script != last) {
          letters.merge(last, inARow, Long::sum);
          last = script;
          inARow = 0;
        }
        inARow++;
      }
    }
    letters.merge(last, inARow, Long::sum);
  }

  /**
   * The script of most letters as Unicode names it, in lower case; of several with as many letters
   * the first by name. Letters that several scripts share do not count.
   *
   * @param none what is returned if there are no letters
   */
  String most(String none) {
    return letters.entrySet().stream()
        .filter(script -> !SHARED.contains(script.getKey()) && script.getValue() > 0)
        .min(
            Map.Entry.<UnicodeScript, Long>comparingByValue()
                .reversed()
                .thenComparing(script -> script.getKey().name()))
        .map(script -> script.getKey().name().toLowerCase(Locale.ROOT))
        .orElse(none);
  }
}
