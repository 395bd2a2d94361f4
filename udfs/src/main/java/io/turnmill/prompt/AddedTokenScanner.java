package io.turnmill.prompt;

import io.turnmill.prompt.jinja.Rendered;
import io.turnmill.token.AddedToken;
import io.turnmill.token.PlacedToken;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
  private final Node root = new Node();

  /** Whether a special token may be spelt in other ways, which the normalizer makes one. */
  private final boolean manySpellings;

  AddedTokenScanner(List<AddedToken> tokens) {
    for (AddedToken token : tokens) {
      // Words in the normalized text are looked for between the other tokens, after these.
      if (token.special() || !token.normalized()) {
        root.add(token);
      }
    }
    manySpellings = tokens.stream().anyMatch(token -> token.special() && token.normalized());
  }

  /** What may follow on the beginning of a spelling, by {@code char}. */
  private static final class Node {
    private final Map<Character, Node> next = new HashMap<>();

    /** The token that is spelt so far; null where that is none. */
    private AddedToken token;

    void add(AddedToken added) {
      Node node = this;
      for (char c : added.content().toCharArray()) {
        node = node.next.computeIfAbsent(c, key -> new Node());
      }
      node.token = added;
    }
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

  /** Tokens that are spelt at that place, the longest first; looks no further than they reach. */
  private Iterable<AddedToken> startingAt(String text, int at) {
    Node node = root.next.get(text.charAt(at));
    if (node == null) {
      return List.of();
    }
    Deque<AddedToken> found = new ArrayDeque<>();
    for (int i = at + 1; node != null; i++) {
      if (node.token != null) {
        found.addFirst(node.token);
      }
      node = i < text.length() ? node.next.get(text.charAt(i)) : null;
    }
    return found;
  }
}
