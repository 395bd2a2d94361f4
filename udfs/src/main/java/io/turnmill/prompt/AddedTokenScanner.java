package io.turnmill.prompt;

import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.token.AddedToken;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds added tokens by their spelling, as the tokenizers library does: from the left, the longest
 * at each place.
 */
final class AddedTokenScanner {

  /** One spelling found at [from, to). */
  record Match(int from, int to, AddedToken token) {}

  /** Tokens by first character, the longest first. */
  private final Map<Character, List<AddedToken>> byFirst = new HashMap<>();

  AddedTokenScanner(List<AddedToken> tokens) {
    for (AddedToken token : tokens) {
      byFirst.computeIfAbsent(token.content().charAt(0), first -> new ArrayList<>()).add(token);
    }
    byFirst
        .values()
        .forEach(
            same ->
                same.sort(
                    Comparator.comparingInt((AddedToken t) -> t.content().length()).reversed()));
  }

  /**
   * The spellings in {@code text} that come wholly from the template ({@code genuine}), and whether
   * there are any that do not.
   */
  Scan scan(Rendered text) {
    String chars = text.text();
    List<Match> genuine = new ArrayList<>();
    List<Match> spelt = new ArrayList<>();
    int at = 0;
    while (at < chars.length()) {
      Match match = matchAt(chars, at);
      if (match == null) {
        at++;
      } else if (text.isInput(match.from(), match.to())) {
        // Go on at the next character: a spelling by the user must not hide one of the template's.
        spelt.add(match);
        at++;
      } else {
        genuine.add(match);
        at = match.to();
      }
    }
    return new Scan(genuine, spelt);
  }

  private Match matchAt(String chars, int at) {
    List<AddedToken> candidates = byFirst.get(chars.charAt(at));
    if (candidates == null) {
      return null;
    }
    for (AddedToken token : candidates) {
      if (chars.startsWith(token.content(), at)) {
        return new Match(at, at + token.content().length(), token);
      }
    }
    return null;
  }

  record Scan(List<Match> genuine, List<Match> spelt) {}
}
