package io.turnmill.token;

import java.util.List;
import java.util.Optional;

/** Text to token ids and back, for one model. Implementations are safe for use by many threads. */
public interface Tokenizer extends AutoCloseable {

  /**
   * The longest text that can be encoded at once, in {@code char}s; a longer one is refused with an
   * {@link IllegalArgumentException}. No prompt comes near it. The library splits text by regular
   * expressions that give up after ten million steps, and it then ends the whole process: twelve
   * million spaces in a row are enough for the published expression of Qwen2.5.
   */
  int LIMIT_TEXT_CHARS = 4 << 20;

  /**
   * Ids of {@code text}; added tokens spelt in it (such as {@code <|im_start|>}) are recognised,
   * none is added.
   */
  TokenIds encode(String text);

  /**
   * Ids of {@code text} as ordinary text: an added token spelt in it is split like any other word.
   */
  TokenIds encodeOrdinary(String text);

  /**
   * Ids of a text, or of a pair of texts, with the special tokens that the tokenizer's own
   * post-processor adds, as encoder models want them ({@code [CLS] text [SEP] pair [SEP]}). Nothing
   * is cut or padded. A tokenizer without a post-processor adds none.
   */
  Encoded encodeWithSpecials(String text, Optional<String> pair);

  /** Text of {@code ids} without special tokens. Bytes that form no character become U+FFFD. */
  String decode(TokenIds ids);

  /** The tokens that {@link #encode} recognises by their spelling. */
  List<AddedToken> addedTokens();

  /** One more than the greatest id that {@link #encode} can return. */
  int vocabSize();

  @Override
  void close();
}
