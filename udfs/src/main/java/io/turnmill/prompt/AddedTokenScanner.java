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
 * longest at each place. The tokenizer decides whether it takes each of them (it passes over a
 * single word within a longer one). Added tokens that are not special are words: they are looked
 * for as well, because one that begins before a special token takes its place, but they are not
 * reported.
 */
final class AddedTokenScanner {
  private final Node root = new Node();

  /** Whether the normalizer may turn other spellings into that of a special token. */
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

  /** A beginning of spellings, with the longer beginnings by their next {@code char}. */
  private static final class Node {
    private final Map<Character, Node> next = new HashMap<>();

    /** The token whose spelling ends here; null if none does. */
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
   * The special tokens that were found.
   *
   * @param genuine those whose spelling comes wholly from the template
   * @param spelt whether there may be others
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

  /** The tokens whose spelling begins at that place, the longest first. */
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
