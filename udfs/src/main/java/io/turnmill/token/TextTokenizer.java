package io.turnmill.token;

import java.util.List;
import java.util.Optional;

/**
 * Texts to token ids for an encoder: special tokens are put around them by the tokenizer's own
 * rules, and what is too long is cut. Implementations are safe for use by many threads.
 */
public interface TextTokenizer extends AutoCloseable {

  /**
   * Ids of {@code text}, or of {@code text} and {@code pair}. When they are too long, the longer
   * one loses its last tokens first.
   */
  Encoded encode(String text, Optional<String> pair);

  /**
   * How many tokens at the beginning of an encoded text are those of {@code prompt} in front of it:
   * the prompt encoded alone, without a special token at its end.
   */
  int promptTokens(String prompt);

  /** One more than the greatest id that {@link #encode} can return. */
  int vocabSize();

  /** The same of the ids that no added token has. */
  int modelVocabSize();

  /** The tokens that {@link #encode} recognises by their spelling. */
  List<AddedToken> addedTokens();

  @Override
  void close();
}
