package io.turnmill.token;

/**
 * What an encoder model reads: ids with the special tokens that the tokenizer's own post-processor
 * adds, and the type of each (the first or the second text of a pair).
 *
 * @param ids token ids
 * @param types token type ids, one for each id
 */
public record Encoded(TokenIds ids, TokenIds types) {
  public Encoded {
    if (ids.size() != types.size()) {
      throw new IllegalArgumentException(
          "There are %d ids, but %d types.".formatted(ids.size(), types.size()));
    }
  }
}
