package io.turnmill.token.hf;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.turnmill.token.AddedToken;
import io.turnmill.token.PlacedToken;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.TokenizerException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * A {@code tokenizer.json}, run by the Hugging Face tokenizers library through DJL. Up to two
 * native tokenizers are loaded: one for the file as it is, and, after a text has needed it, that of
 * {@link PlacedTokenEncoder}.
 */
public final class HuggingFaceFileTokenizer implements Tokenizer {
  private final Path file;
  private final Vocabulary vocabulary;
  private final LiteralAddedTokens literal;
  private final PlacedTokenEncoder placed;
  private final HuggingFaceTokenizer complete;

  private HuggingFaceFileTokenizer(
      Path file,
      Vocabulary vocabulary,
      LiteralAddedTokens literal,
      PlacedTokenEncoder placed,
      HuggingFaceTokenizer complete) {
    this.file = file;
    this.vocabulary = vocabulary;
    this.literal = literal;
    this.placed = placed;
    this.complete = complete;
  }

  /**
   * Loads {@code tokenizer.json}, as the {@linkplain TokenizerFolder folder} changes it.
   *
   * @throws TokenizerException when the file is missing, or is not a tokenizer that the library
   *     takes
   */
  public static HuggingFaceFileTokenizer load(Path file) {
    try {
      TokenizerFolder folder = TokenizerFolder.read(file);
      Vocabulary vocabulary = Vocabulary.of(folder.tree());
      return new HuggingFaceFileTokenizer(
          file,
          vocabulary,
          LiteralAddedTokens.of(folder.tree(), vocabulary),
          new PlacedTokenEncoder(file, folder.bytes(), vocabulary),
          TokenizerFile.open(folder.bytes(), TokenizerFile.PLAIN));
    } catch (IOException | RuntimeException e) {
      throw TokenizerFile.unreadable(file, e);
    }
  }

  /**
   * The id of a token by its spelling: an added one, or any other of the vocabulary. For the latter
   * the file is read again, because this is seldom called and a vocabulary is large.
   *
   * @throws TokenizerException when the file is missing
   */
  public OptionalInt id(String token) {
    for (AddedToken added : vocabulary.addedTokens()) {
      if (added.content().equals(token)) {
        return OptionalInt.of(added.id());
      }
    }
    try {
      return Vocabulary.id(TokenizerFile.tree(TokenizerFile.bytes(file)), token);
    } catch (IOException e) {
      throw TokenizerFile.unreadable(file, e);
    }
  }

  @Override
  public TokenIds encode(String text) {
    return TokenIds.of(complete.encode(TokenizerFile.limited(text), false, false).getIds());
  }

  @Override
  public TokenIds encode(String text, List<PlacedToken> special) {
    return placed.encode(TokenizerFile.limited(text), special);
  }

  @Override
  public String decode(TokenIds ids) {
    return literal.decode(ids, this::decodeAsItIs);
  }

  private String decodeAsItIs(TokenIds ids) {
    long[] wide = new long[ids.size()];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = ids.get(i);
    }
    return wide.length == 0 ? "" : complete.decode(wide, true);
  }

  @Override
  public List<AddedToken> addedTokens() {
    return vocabulary.addedTokens();
  }

  @Override
  public int vocabSize() {
    return vocabulary.size();
  }

  @Override
  public int modelVocabSize() {
    return vocabulary.modelSize();
  }

  /** How many native tokenizers are loaded, including the one for the file as it is. */
  int loadedTokenizers() {
    return placed.isLoaded() ? 2 : 1;
  }

  @Override
  public void close() {
    try {
      complete.close();
    } finally {
      placed.close();
    }
  }
}
