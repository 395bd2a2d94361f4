package io.turnmill.token.hf;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.TokenizerException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Reads a {@code tokenizer.json} and loads it into the native library. */
final class TokenizerFile {
  /** Refuses repeated keys, so that the check and the native library see the same value. */
  static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Options of the library with which it adds, cuts and pads nothing. */
  static final Map<String, String> PLAIN =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  /** The largest published files have about 35 MB. */
  private static final long LIMIT_FILE_BYTES = 256L << 20;

  private static final int LIMIT_REASON_CHARS = 300;

  private TokenizerFile() {}

  static byte[] bytes(Path file) throws IOException {
    if (Files.size(file) > LIMIT_FILE_BYTES) {
      throw new IOException("it has more than " + (LIMIT_FILE_BYTES >> 20) + " MB");
    }
    return Files.readAllBytes(file);
  }

  /** Parses a file, and checks it for faults that the native library does not survive. */
  static ObjectNode tree(byte[] tokenizerJson) throws IOException {
    if (!(JSON.readTree(tokenizerJson) instanceof ObjectNode tree)) {
      throw new IOException("it is not a JSON object");
    }
    TokenizerCheck.check(tree);
    return tree;
  }

  /** Refuses a text that is longer than the native library takes. */
  static String limited(String text) {
    if (text.length() > Tokenizer.LIMIT_TEXT_CHARS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "A text of %d characters is too long for a tokenizer; %d are the most.",
              text.length(),
              Tokenizer.LIMIT_TEXT_CHARS));
    }
    return text;
  }

  static HuggingFaceTokenizer open(byte[] tokenizerJson, Map<String, String> options)
      throws IOException {
    // On a cloud machine DJL would send the machine's id to its makers, unless the property is set.
    if (System.getProperty("OPT_OUT_TRACKING") == null) {
      System.setProperty("OPT_OUT_TRACKING", "true");
    }
    return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(tokenizerJson), options);
  }

  static TokenizerException unreadable(Path file, Exception e) {
    return new TokenizerException(file + " is not a readable tokenizer.json: " + reason(e), e);
  }

  /** The first line of the message, or its beginning, because it may hold a part of the file. */
  private static String reason(Exception e) {
    String message =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    if (message == null) {
      return e.getClass().getSimpleName();
    }
    String line = message.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
    return line.length() <= LIMIT_REASON_CHARS ? line : line.substring(0, LIMIT_REASON_CHARS) + "…";
  }
}
