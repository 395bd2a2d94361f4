package io.turnmill.token.hf;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.token.AddedToken;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.TokenizerException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A {@code tokenizer.json}, run by the Hugging Face tokenizers library through DJL. Two native
 * tokenizers are held: the file as it is, and the file without its added tokens, which sees nothing
 * but ordinary text.
 */
public final class HuggingFaceFileTokenizer implements Tokenizer {
  /** Nothing is added, cut or padded behind our back. */
  private static final Map<String, String> PLAIN =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final Path file;
  private final HuggingFaceTokenizer complete;
  private final HuggingFaceTokenizer ordinary;
  private final List<AddedToken> addedTokens;
  private final int vocabSize;

  private HuggingFaceFileTokenizer(
      Path file,
      HuggingFaceTokenizer complete,
      HuggingFaceTokenizer ordinary,
      List<AddedToken> addedTokens,
      int vocabSize) {
    this.file = file;
    this.complete = complete;
    this.ordinary = ordinary;
    this.addedTokens = addedTokens;
    this.vocabSize = vocabSize;
  }

  /**
   * Loads {@code tokenizer.json}.
   *
   * @throws TokenizerException when the file is missing, or is no tokenizer that the library takes
   */
  public static HuggingFaceFileTokenizer load(Path file) {
    try {
      byte[] bytes = TokenizerFile.bytes(file);
      ObjectNode tree = TokenizerFile.tree(bytes);
      List<AddedToken> added = TokenizerFile.addedTokens(tree);
      int vocabSize = TokenizerFile.vocabSize(tree, added);
      tree.putArray("added_tokens");
      tree.putNull("post_processor");
      HuggingFaceTokenizer complete = TokenizerFile.open(bytes, PLAIN);
      HuggingFaceTokenizer ordinary;
      try {
        ordinary = TokenizerFile.open(TokenizerFile.JSON.writeValueAsBytes(tree), PLAIN);
      } catch (IOException | RuntimeException e) {
        complete.close();
        throw e;
      }
      return new HuggingFaceFileTokenizer(file, complete, ordinary, added, vocabSize);
    } catch (IOException | RuntimeException e) {
      throw TokenizerFile.unreadable(file, e);
    }
  }

  /**
   * The id of a token by its spelling: an added one, or any other of the vocabulary. For these the
   * file is read again, because few ask and a vocabulary is large.
   *
   * @throws TokenizerException when the file has gone
   */
  public OptionalInt id(String token) {
    for (AddedToken added : addedTokens) {
      if (added.content().equals(token)) {
        return OptionalInt.of(added.id());
      }
    }
    try {
      return TokenizerFile.id(TokenizerFile.tree(TokenizerFile.bytes(file)), token);
    } catch (IOException e) {
      throw TokenizerFile.unreadable(file, e);
    }
  }

  @Override
  public TokenIds encode(String text) {
    return TokenIds.of(complete.encode(TokenizerFile.limited(text), false, false).getIds());
  }

  @Override
  public TokenIds encodeOrdinary(String text) {
    return TokenIds.of(ordinary.encode(TokenizerFile.limited(text), false, false).getIds());
  }

  @Override
  public String decode(TokenIds ids) {
    long[] wide = new long[ids.size()];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = ids.get(i);
    }
    return wide.length == 0 ? "" : complete.decode(wide, true);
  }

  @Override
  public List<AddedToken> addedTokens() {
    return addedTokens;
  }

  @Override
  public int vocabSize() {
    return vocabSize;
  }

  @Override
  public void close() {
    complete.close();
    ordinary.close();
  }
}
