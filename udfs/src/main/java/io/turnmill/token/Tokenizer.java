package io.turnmill.token;

import java.util.List;

/**
 * Encodes text as token ids and decodes them, for one model. Implementations are safe for use by
 * many threads.
 */
public interface Tokenizer extends AutoCloseable {

  /**
   * The longest text that can be encoded at once, in {@code char}s; a longer one is refused with an
   * {@link IllegalArgumentException}. No prompt comes near it. The library splits text by regular
   * expressions that give up after ten million steps, and it then ends the whole process: twelve
   * million spaces in a row are enough for the published expression of Qwen2.5.
   */
  int LIMIT_TEXT_CHARS = 4 << 20;

  /**
   * The ids of {@code text}. Added tokens that are spelt in it (such as {@code <|im_start|>}) are
   * recognised; no token is added.
   */
  TokenIds encode(String text);

  /**
   * The ids of {@code text} if special tokens count only at the given places: one that is spelt
   * elsewhere is split like any other word. Everything else is as in {@link #encode(String)}; in
   * particular, the text is encoded as a whole, however many special tokens it has, and added
   * tokens that are not special are recognised everywhere.
   *
   * @param special the places of the special tokens that count, from left to right; one that {@link
   *     #encode(String)} would not recognise there is text, too
   */
  TokenIds encode(String text, List<PlacedToken> special);

  /**
   * The text of {@code ids} without special tokens. Bytes that form no character become U+FFFD; an
   * added token that is not special is its spelling.
   */
  String decode(TokenIds ids);

  /** The tokens that {@link #encode} recognises by their spelling. */
  List<AddedToken> addedTokens();

  /** One more than the greatest id that {@link #encode} can return. */
  int vocabSize();

  /** One more than the greatest id that does not belong to an added token. */
  int modelVocabSize();

  @Override
  void close();
}
