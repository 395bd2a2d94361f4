package io.turnmill.prompt;

import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.token.AddedToken;
import io.turnmill.token.PlacedToken;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds special tokens by their spelling, as the tokenizers library does: from the left, the
 * longest at each place. Whether it takes each of them (a single word is passed over within a
 * longer one) is left to the tokenizer. Added tokens that are not special are words: they are
 * looked for as well, because one that begins before a special token takes its place, but nothing
 * is said of them.
 */
final class AddedTokenScanner {
  /** Tokens by first character, the longest first. */
  private final Map<Character, List<AddedToken>> byFirst = new HashMap<>();

  /** Whether a special token may be spelt in other ways, which the normalizer makes one. */
  private final boolean manySpellings;

  AddedTokenScanner(List<AddedToken> tokens) {
    for (AddedToken token : tokens) {
      // Words in the normalized text are looked for between the other tokens, after these.
      if (token.special() || !token.normalized()) {
        byFirst.computeIfAbsent(token.content().charAt(0), first -> new ArrayList<>()).add(token);
      }
    }
    byFirst
        .values()
        .forEach(
            same ->
                same.sort(
                    Comparator.comparingInt((AddedToken t) -> t.content().length()).reversed()));
    manySpellings = tokens.stream().anyMatch(token -> token.special() && token.normalized());
  }

  /**
   * What was found.
   *
   * @param genuine special tokens whose spelling comes wholly from the template
   * @param spelt whether there may be any that do not
   */
  record Scan(List<PlacedToken> genuine, boolean spelt) {}

  Scan scan(Rendered text) {
    List<PlacedToken> genuine = new ArrayList<>();
    boolean spelt = manySpellings;
    int at = 0;
    while (at < text.text().length()) {
      int next = at + 1;
      for (AddedToken token : startingAt(text.text(), at)) {
        PlacedToken place = new PlacedToken(at, token);
        if (token.special() && text.isInput(at, place.to())) {
          spelt = true; // and so it is text, which hides no shorter token
          continue;
        }
        if (token.special()) {
          genuine.add(place);
        }
        next = place.to();
        break;
      }
      at = next;
    }
    return new Scan(genuine, spelt);
  }

  /** Tokens that are spelt at that place, the longest first. */
  private List<AddedToken> startingAt(String text, int at) {
    List<AddedToken> candidates = byFirst.getOrDefault(text.charAt(at), List.of());
    return candidates.isEmpty()
        ? candidates
        : candidates.stream().filter(token -> text.startsWith(token.content(), at)).toList();
  }
}
