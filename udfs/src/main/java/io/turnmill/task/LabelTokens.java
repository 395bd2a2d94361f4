package io.turnmill.task;

import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The tokens of labels as a decoder writes them. If the tokens of one label are the first ones of
 * another's, all of them end with the token that ends a turn: otherwise the shorter label could
 * never be less likely than the longer one.
 */
final class LabelTokens {
  private LabelTokens() {}

  /**
   * The tokens of each label.
   *
   * @param end the token that ends a turn, if there is one
   * @throws IllegalArgumentException if two labels have the same tokens, or one has none
   */
  static List<TokenIds> of(List<String> labels, Tokenizer tokenizer, OptionalInt end) {
    List<TokenIds> tokens =
        new ArrayList<>(labels.stream().map(label -> tokenizer.encode(label, List.of())).toList());
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).isEmpty()) {
        throw new IllegalArgumentException("the label '" + labels.get(i) + "' has no token");
      }
    }
    Map<TokenIds, String> seen = new HashMap<>();
    for (int i = 0; i < tokens.size(); i++) {
      String same = seen.put(tokens.get(i), labels.get(i));
      if (same != null) {
        throw new IllegalArgumentException(
            "the labels '" + same + "' and '" + labels.get(i) + "' have the same tokens");
      }
    }
    if (oneBeginsAnother(tokens) && end.isPresent()) {
      tokens.replaceAll(ids -> ids.concat(TokenIds.of(end.getAsInt())));
    }
    return List.copyOf(tokens);
  }

  private static boolean oneBeginsAnother(List<TokenIds> all) {
    for (int one = 0; one < all.size(); one++) {
      for (int other = 0; other < all.size(); other++) {
        if (one != other && all.get(one).commonPrefix(all.get(other)) == all.get(one).size()) {
          return true;
        }
      }
    }
    return false;
  }
}
