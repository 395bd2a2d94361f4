package io.turnmill.token;

import java.util.Optional;

/**
 * A token for which a model's embedding has no row.
 *
 * @param vocabSize rows of the embedding
 */
public record UnknownToken(int id, int vocabSize) {

  /** The first such token among {@code ids}. */
  public static Optional<UnknownToken> in(TokenIds ids, int vocabSize) {
    return ids.firstFrom(vocabSize).stream()
        .mapToObj(id -> new UnknownToken(id, vocabSize))
        .findFirst();
  }

  /**
   * What is wrong, for a failure's detail.
   *
   * @param what names what has the token, such as {@code the prompt}
   */
  public String detail(String what) {
    return "%s has token %s, but the embedding has %s rows".formatted(what, id, vocabSize);
  }
}
