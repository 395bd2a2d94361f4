package io.turnmill.token;

import java.util.Locale;

/**
 * A text encoded for an encoder model: the ids, with the special tokens that the tokenizer's own
 * post-processor adds, and the type of each (whether it is of the first or the second text of a
 * pair).
 *
 * @param ids token ids
 * @param types token type ids, one for each id
 * @param cutTokens how many tokens of the text were left out because it is too long
 */
public record Encoded(TokenIds ids, TokenIds types, int cutTokens) {
  public Encoded {
    if (ids.size() != types.size()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "There are %d ids, but %d types.", ids.size(), types.size()));
    }
  }
}
