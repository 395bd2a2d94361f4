package io.turnmill.token.hf;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.token.AddedToken;
import io.turnmill.token.PlacedToken;
import io.turnmill.token.TokenIds;
import io.turnmill.token.TokenizerException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Encodes texts in which special tokens count only at given places. It has a native tokenizer of
 * its own, for which special tokens are spelt as their {@linkplain SpecialTokenAliases aliases}.
 * Few texts spell a special token, so the tokenizer is loaded for the first one that does.
 */
final class PlacedTokenEncoder implements AutoCloseable {
  private final Path file;
  private final Vocabulary vocabulary;

  /** Null once the tokenizer is loaded. */
  private byte[] tokenizerJson;

  /** Null until a text needs it, and when closed. */
  private Aliased aliased;

  private boolean closed;

  /**
   * @param file the file that messages name
   * @param tokenizerJson the content of the file, which the library takes
   */
  PlacedTokenEncoder(Path file, byte[] tokenizerJson, Vocabulary vocabulary) {
    this.file = file;
    this.tokenizerJson = tokenizerJson;
    this.vocabulary = vocabulary;
  }

  /**
   * The tokenizer that knows the aliases.
   *
   * @param ids the ids of the file, by those of this tokenizer where they differ
   */
  private record Aliased(
      HuggingFaceTokenizer tokenizer, SpecialTokenAliases aliases, Map<Long, Long> ids) {

    long[] ids(Encoding encoding) {
      long[] own = encoding.getIds();
      return ids.isEmpty() ? own : Arrays.stream(own).map(id -> ids.getOrDefault(id, id)).toArray();
    }
  }

  /**
   * As {@link io.turnmill.token.Tokenizer#encode(String, List)}.
   *
   * @throws TokenizerException when the library does not take the file with aliases
   */
  TokenIds encode(String text, List<PlacedToken> special) {
    Aliased loaded = loaded();
    List<PlacedToken> placed = special;
    while (true) {
      Encoding encoding =
          loaded.tokenizer.encode(loaded.aliases.insert(text, placed), false, false);
      long[] ids = loaded.ids(encoding);
      List<PlacedToken> found = found(ids, encoding, text, placed);
      if (found.size() == placed.size()) {
        return TokenIds.of(ids);
      }
      placed = found; // the library does not recognise the others, so they are text
    }
  }

  private synchronized Aliased loaded() {
    if (closed) {
      throw new IllegalStateException("The tokenizer is closed. This is a bug.");
    }
    if (aliased == null) {
      aliased = load();
      tokenizerJson = null;
    }
    return aliased;
  }

  private Aliased load() {
    try {
      ObjectNode tree = TokenizerFile.tree(tokenizerJson);
      SpecialTokenAliases aliases = SpecialTokenAliases.into(tree, vocabulary, new SecureRandom());
      HuggingFaceTokenizer tokenizer =
          TokenizerFile.open(TokenizerFile.JSON.writeValueAsBytes(tree), TokenizerFile.PLAIN);
      try {
        return new Aliased(
            tokenizer, aliases, aliases.keepsPieces() ? otherIds(tokenizer, aliases) : Map.of());
      } catch (RuntimeException e) {
        tokenizer.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      throw TokenizerFile.unreadable(file, e);
    }
  }

  /**
   * The library itself numbers added tokens that are not pieces, so their ids are found by encoding
   * them. One that is not recognised even alone is never recognised.
   */
  private Map<Long, Long> otherIds(HuggingFaceTokenizer tokenizer, SpecialTokenAliases aliases) {
    Map<Long, Long> others = new HashMap<>();
    for (AddedToken token : vocabulary.addedTokens()) {
      long[] ids = tokenizer.encode(aliases.spelling(token), false, false).getIds();
      if (ids.length == 1 && ids[0] != token.id()) {
        others.put(ids[0], (long) token.id());
      }
    }
    return others;
  }

  /** The tokens of {@code placed} whose aliases were recognised. */
  private static List<PlacedToken> found(
      long[] ids, Encoding encoding, String text, List<PlacedToken> placed) {
    if (placed.stream().map(PlacedToken::token).noneMatch(PlacedTokenEncoder::asksForMore)) {
      return placed;
    }
    CharSpan[] spans = encoding.getCharTokenSpans();
    List<PlacedToken> found = new ArrayList<>();
    int token = 0;
    int alias = 0; // the start of the alias in the text with aliases, in code points
    int at = 0;
    for (PlacedToken place : placed) {
      alias += text.codePointCount(at, place.from());
      while (token < ids.length && (spans[token] == null || spans[token].getEnd() <= alias)) {
        token++;
      }
      if (token < ids.length
          && ids[token] == place.token().id()
          && spans[token].getStart() <= alias) {
        found.add(place);
      }
      alias += SpecialTokenAliases.codePoints();
      at = place.to();
    }
    return found;
  }

  private static boolean asksForMore(AddedToken token) {
    return token.normalized() || token.singleWord();
  }

  /** Whether the tokenizer is loaded. */
  synchronized boolean isLoaded() {
    return aliased != null;
  }

  @Override
  public synchronized void close() {
    closed = true;
    tokenizerJson = null;
    if (aliased != null) {
      aliased.tokenizer.close();
      aliased = null;
    }
  }
}
