package io.turnmill.token.hf;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.token.AddedToken;
import io.turnmill.token.Encoded;
import io.turnmill.token.TokenIds;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.TokenizerException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A {@code tokenizer.json}, run by the Hugging Face tokenizers library through DJL. Two native
 * tokenizers are held: the file as it is, and the file without its added tokens, which sees nothing
 * but ordinary text.
 */
public final class HuggingFaceFileTokenizer implements Tokenizer {
  /** Nothing is added, cut or padded behind our back. */
  private static final Map<String, String> PLAIN =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  /** The largest published ones have some 35 MB. */
  private static final long LIMIT_FILE_BYTES = 256L << 20;

  private static final int LIMIT_REASON_CHARS = 300;

  /** No key twice, so that the native library cannot see another one than the check. */
  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final HuggingFaceTokenizer complete;
  private final HuggingFaceTokenizer ordinary;
  private final List<AddedToken> addedTokens;
  private final int vocabSize;

  private HuggingFaceFileTokenizer(
      HuggingFaceTokenizer complete,
      HuggingFaceTokenizer ordinary,
      List<AddedToken> addedTokens,
      int vocabSize) {
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
      if (Files.size(file) > LIMIT_FILE_BYTES) {
        throw new IOException("it has more than " + (LIMIT_FILE_BYTES >> 20) + " MB");
      }
      byte[] bytes = Files.readAllBytes(file);
      if (!(JSON.readTree(bytes) instanceof ObjectNode tree)) {
        throw new IOException("it is no JSON object");
      }
      TokenizerCheck.check(tree);
      List<AddedToken> added = addedTokens(tree);
      int vocabSize = vocabSize(tree, added);
      tree.putArray("added_tokens");
      tree.putNull("post_processor");
      HuggingFaceTokenizer complete = open(bytes);
      HuggingFaceTokenizer ordinary;
      try {
        ordinary = open(JSON.writeValueAsBytes(tree));
      } catch (IOException | RuntimeException e) {
        complete.close();
        throw e;
      }
      return new HuggingFaceFileTokenizer(complete, ordinary, added, vocabSize);
    } catch (IOException | RuntimeException e) {
      throw new TokenizerException(file + " is not a readable tokenizer.json: " + reason(e), e);
    }
  }

  private static HuggingFaceTokenizer open(byte[] tokenizerJson) throws IOException {
    // On a cloud machine DJL would send the machine's id to its makers; unless the user wants it.
    if (System.getProperty("OPT_OUT_TRACKING") == null) {
      System.setProperty("OPT_OUT_TRACKING", "true");
    }
    return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(tokenizerJson), PLAIN);
  }

  private static List<AddedToken> addedTokens(JsonNode tree) {
    List<AddedToken> added = new ArrayList<>();
    for (JsonNode token : tree.path("added_tokens")) {
      if (!token.path("content").asText().isEmpty()) {
        added.add(
            new AddedToken(
                token.path("id").asInt(),
                token.path("content").asText(),
                token.path("special").asBoolean(),
                token.path("lstrip").asBoolean(),
                token.path("rstrip").asBoolean()));
      }
    }
    return List.copyOf(added);
  }

  /** The vocabulary is an object (BPE, WordPiece) or a list of pairs (Unigram). */
  private static int vocabSize(JsonNode tree, List<AddedToken> added) {
    int greatest = -1;
    for (AddedToken token : added) {
      greatest = Math.max(greatest, token.id());
    }
    JsonNode vocab = tree.path("model").path("vocab");
    if (vocab.isArray()) {
      return Math.max(greatest, vocab.size() - 1) + 1;
    }
    for (JsonNode id : vocab) {
      greatest = Math.max(greatest, id.asInt());
    }
    return greatest + 1;
  }

  /** The first line of the message, or its beginning: it may hold what stands in the file. */
  private static String reason(Exception e) {
    String message =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    if (message == null) {
      return e.getClass().getSimpleName();
    }
    String line = message.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
    return line.length() <= LIMIT_REASON_CHARS ? line : line.substring(0, LIMIT_REASON_CHARS) + "…";
  }

  private static String limited(String text) {
    if (text.length() > LIMIT_TEXT_CHARS) {
      throw new IllegalArgumentException(
          "A text of %d characters is too long for a tokenizer; %d are the most."
              .formatted(text.length(), LIMIT_TEXT_CHARS));
    }
    return text;
  }

  @Override
  public TokenIds encode(String text) {
    return TokenIds.of(complete.encode(limited(text), false, false).getIds());
  }

  @Override
  public TokenIds encodeOrdinary(String text) {
    return TokenIds.of(ordinary.encode(limited(text), false, false).getIds());
  }

  @Override
  public Encoded encodeWithSpecials(String text, Optional<String> pair) {
    Encoding encoding =
        pair.isPresent()
            ? complete.encode(limited(text), limited(pair.get()), true, false)
            : complete.encode(limited(text), true, false);
    return new Encoded(TokenIds.of(encoding.getIds()), TokenIds.of(encoding.getTypeIds()));
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
