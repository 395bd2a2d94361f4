package io.turnmill.token.hf;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.turnmill.token.AddedToken;
import io.turnmill.token.Encoded;
import io.turnmill.token.TextTokenizer;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.TokenizerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A {@code tokenizer.json} as encoders use it: its post-processor adds the special tokens. Its
 * settings for padding and cutting are replaced by the given length.
 */
public final class HuggingFaceTextTokenizer implements TextTokenizer {
  private final HuggingFaceTokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final Set<Long> specialIds;
  private final byte[] file;

  /** The tokenizer that cuts nothing; null until a text was too long. */
  private HuggingFaceTokenizer whole;

  private HuggingFaceTextTokenizer(
      Vocabulary vocabulary, HuggingFaceTokenizer tokenizer, byte[] file) {
    this.file = file;
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.specialIds =
        vocabulary.addedTokens().stream()
            .filter(AddedToken::special)
            .map(token -> (long) token.id())
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Loads {@code tokenizer.json}, as the {@linkplain TokenizerFolder folder} changes it.
   *
   * @param maxTokens the longest result, including special tokens
   * @throws TokenizerException when the file is missing, or is not a tokenizer that the library
   *     takes
   */
  public static HuggingFaceTextTokenizer load(Path file, int maxTokens) {
    try {
      TokenizerFolder folder = TokenizerFolder.read(file);
      Vocabulary vocabulary = Vocabulary.of(folder.tree());
      byte[] bytes = folder.bytes();
      return new HuggingFaceTextTokenizer(
          vocabulary, TokenizerFile.open(bytes, options("longest_first", maxTokens)), bytes);
    } catch (IOException | RuntimeException e) {
      throw TokenizerFile.unreadable(file, e);
    }
  }

  @Override
  public Encoded encode(String text, Optional<String> pair) {
    Encoding encoding = encode(tokenizer, text, pair);
    long[] ids = encoding.getIds();
    int cut = encoding.exceedMaxLength() ? wholeTokens(text, pair) - ids.length : 0;
    return new Encoded(TokenIds.of(ids), TokenIds.of(encoding.getTypeIds()), cut);
  }

  @Override
  public Encoded encodeWhole(String text, Optional<String> pair) {
    Encoding encoding = encode(whole(), text, pair);
    long[] ids = encoding.getIds();
    boolean cuts =
        text.length() > cut(text).length()
            || pair.map(second -> second.length() > cut(second).length()).orElse(false);
    int cut = cuts ? wholeTokens(text, pair) - ids.length : 0;
    return new Encoded(TokenIds.of(ids), TokenIds.of(encoding.getTypeIds()), cut);
  }

  private static Encoding encode(
      HuggingFaceTokenizer tokenizer, String text, Optional<String> pair) {
    return pair.isPresent()
        ? tokenizer.encode(cut(text), cut(pair.get()), true, false)
        : tokenizer.encode(cut(text), true, false);
  }

  /**
   * How many tokens a text has, including the part that is too far from its start for the library.
   */
  private int wholeTokens(String text, Optional<String> pair) {
    int tokens = encode(whole(), text, pair).getIds().length;
    for (String one : pair.isPresent() ? List.of(text, pair.get()) : List.of(text)) {
      for (int at = cut(one).length(); at < one.length(); at += cut(one.substring(at)).length()) {
        tokens += whole().encode(cut(one.substring(at)), false, false).getIds().length;
      }
    }
    return tokens;
  }

  private synchronized HuggingFaceTokenizer whole() {
    if (whole == null) {
      try {
        whole = TokenizerFile.open(file, options("false", Integer.MAX_VALUE));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return whole;
  }

  private static Map<String, String> options(String truncation, int maxTokens) {
    return Map.of(
        "addSpecialTokens",
        "true",
        "truncation",
        truncation,
        "maxLength",
        Integer.toString(maxTokens),
        "modelMaxLength",
        Integer.toString(maxTokens), // without it, the library takes 512
        "padding",
        "false");
  }

  /** Cuts what would not be read anyway, because the library may fail on a longer text. */
  private static String cut(String text) {
    if (text.length() <= Tokenizer.LIMIT_TEXT_CHARS) {
      return text;
    }
    boolean split = Character.isHighSurrogate(text.charAt(Tokenizer.LIMIT_TEXT_CHARS - 1));
    return text.substring(0, Tokenizer.LIMIT_TEXT_CHARS - (split ? 1 : 0));
  }

  @Override
  public int promptTokens(String prompt) {
    long[] ids = tokenizer.encode(prompt, true, false).getIds();
    boolean closed = ids.length > 0 && specialIds.contains(ids[ids.length - 1]);
    return closed ? ids.length - 1 : ids.length;
  }

  @Override
  public int vocabSize() {
    return vocabulary.size();
  }

  @Override
  public int modelVocabSize() {
    return vocabulary.modelSize();
  }

  @Override
  public List<AddedToken> addedTokens() {
    return vocabulary.addedTokens();
  }

  @Override
  public void close() {
    tokenizer.close();
    synchronized (this) {
      if (whole != null) {
        whole.close();
      }
    }
  }
}
