package io.turnmill.token.hf;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.token.AddedToken;
import io.turnmill.token.PlacedToken;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.TokenizerException;
import io.turnmill.token.hf.TokenizerFile.VocabSizes;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A {@code tokenizer.json}, run by the Hugging Face tokenizers library through DJL. Two native
 * tokenizers are held: the file as it is, and the file with another spelling of its special tokens
 * (see {@link Marks}), to which no text but ours can have any.
 */
public final class HuggingFaceFileTokenizer implements Tokenizer {
  /** Nothing is added, cut or padded behind our back. */
  private static final Map<String, String> PLAIN =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final Path file;
  private final HuggingFaceTokenizer complete;
  private final HuggingFaceTokenizer marked;
  private final Marks marks;
  private final List<AddedToken> addedTokens;
  private final ByteLevelWords words;
  private final VocabSizes sizes;

  private HuggingFaceFileTokenizer(
      Path file,
      HuggingFaceTokenizer complete,
      HuggingFaceTokenizer marked,
      Marks marks,
      List<AddedToken> addedTokens,
      ObjectNode tree) {
    this.file = file;
    this.complete = complete;
    this.marked = marked;
    this.marks = marks;
    this.addedTokens = addedTokens;
    this.words = ByteLevelWords.of(tree, addedTokens);
    this.sizes = TokenizerFile.vocabSizes(tree, addedTokens);
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
      HuggingFaceTokenizer complete = TokenizerFile.open(bytes, PLAIN);
      try {
        Marks marks = new Marks(added, new SecureRandom());
        marks.applyTo(tree);
        return new HuggingFaceFileTokenizer(
            file,
            complete,
            TokenizerFile.open(TokenizerFile.JSON.writeValueAsBytes(tree), PLAIN),
            marks,
            added,
            tree);
      } catch (IOException | RuntimeException e) {
        complete.close();
        throw e;
      }
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
  public TokenIds encode(String text, List<PlacedToken> special) {
    TokenizerFile.limited(text);
    List<PlacedToken> placed = special;
    while (true) {
      Encoding encoding = marked.encode(marks.insert(text, placed), false, false);
      List<PlacedToken> found = found(encoding, text, placed);
      if (found.size() == placed.size()) {
        return TokenIds.of(encoding.getIds());
      }
      placed = found; // the others are passed over by the library, and text
    }
  }

  /** Those of {@code placed} whose marks were recognised; all are that do not ask for more. */
  private static List<PlacedToken> found(Encoding encoding, String text, List<PlacedToken> placed) {
    if (placed.stream().map(PlacedToken::token).noneMatch(HuggingFaceFileTokenizer::asksForMore)) {
      return placed;
    }
    long[] ids = encoding.getIds();
    CharSpan[] spans = encoding.getCharTokenSpans();
    List<PlacedToken> found = new ArrayList<>();
    int token = 0;
    int mark = 0; // where the mark begins in the marked text, in code points
    int at = 0;
    for (PlacedToken place : placed) {
      mark += text.codePointCount(at, place.from());
      while (token < ids.length && (spans[token] == null || spans[token].getEnd() <= mark)) {
        token++;
      }
      if (token < ids.length
          && ids[token] == place.token().id()
          && spans[token].getStart() <= mark) {
        found.add(place);
      }
      mark += Marks.codePoints();
      at = place.to();
    }
    return found;
  }

  private static boolean asksForMore(AddedToken token) {
    return token.normalized() || token.singleWord();
  }

  @Override
  public String decode(TokenIds ids) {
    return words.decode(ids, this::decodeAsItIs);
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
    return addedTokens;
  }

  @Override
  public int vocabSize() {
    return sizes.all();
  }

  @Override
  public int modelVocabSize() {
    return sizes.model();
  }

  @Override
  public void close() {
    complete.close();
    marked.close();
  }
}
