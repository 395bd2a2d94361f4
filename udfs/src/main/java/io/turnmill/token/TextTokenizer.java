package io.turnmill.token;

import java.util.List;
import java.util.Optional;

/**
 * Encodes texts as token ids for an encoder model. Special tokens are put around them by the
 * tokenizer's own rules, and what is too long is cut. Implementations are safe for use by many
 * threads.
 */
public interface TextTokenizer extends AutoCloseable {

  /**
   * The ids of {@code text}, or of {@code text} and {@code pair}. When they are too long, the
   * longer one loses its last tokens first.
   */
  Encoded encode(String text, Optional<String> pair);

  /**
   * The same without cutting. Only the part of a text that is too far from its start for the
   * library is left out, and counted.
   */
  Encoded encodeWhole(String text, Optional<String> pair);

  /**
   * How many tokens at the beginning of an encoded text are those of {@code prompt} in front of it:
   * the prompt encoded alone, without a special token at its end.
   */
  int promptTokens(String prompt);

  /** One more than the greatest id that {@link #encode} can return. */
  int vocabSize();

  /** One more than the greatest id that does not belong to an added token. */
  int modelVocabSize();

  /** The tokens that {@link #encode} recognises by their spelling. */
  List<AddedToken> addedTokens();

  @Override
  void close();
}
