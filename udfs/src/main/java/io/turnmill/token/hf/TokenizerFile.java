package io.turnmill.token.hf;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.token.AddedToken;
import io.turnmill.token.Tokenizer;
import io.turnmill.token.TokenizerException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** What a {@code tokenizer.json} says, and the library that runs it. */
final class TokenizerFile {
  /** No key twice, so that the native library cannot see another one than the check. */
  static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** The largest published ones have some 35 MB. */
  private static final long LIMIT_FILE_BYTES = 256L << 20;

  private static final int LIMIT_REASON_CHARS = 300;

  private TokenizerFile() {}

  static byte[] bytes(Path file) throws IOException {
    if (Files.size(file) > LIMIT_FILE_BYTES) {
      throw new IOException("it has more than " + (LIMIT_FILE_BYTES >> 20) + " MB");
    }
    return Files.readAllBytes(file);
  }

  /** Parsed, and checked for what the native library does not survive. */
  static ObjectNode tree(byte[] tokenizerJson) throws IOException {
    if (!(JSON.readTree(tokenizerJson) instanceof ObjectNode tree)) {
      throw new IOException("it is no JSON object");
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
    // On a cloud machine DJL would send the machine's id to its makers; unless the user wants it.
    if (System.getProperty("OPT_OUT_TRACKING") == null) {
      System.setProperty("OPT_OUT_TRACKING", "true");
    }
    return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(tokenizerJson), options);
  }

  /** One that is a piece of the model, too, has the id of that, as in the library. */
  static List<AddedToken> addedTokens(JsonNode tree) {
    Map<String, Integer> pieces = pieces(tree);
    List<AddedToken> added = new ArrayList<>();
    for (JsonNode token : tree.path("added_tokens")) {
      String content = token.path("content").asText();
      if (!content.isEmpty()) {
        added.add(
            new AddedToken(
                pieces.getOrDefault(content, token.path("id").asInt()),
                content,
                token.path("special").asBoolean(),
                token.path("lstrip").asBoolean(),
                token.path("rstrip").asBoolean(),
                token.path("single_word").asBoolean(),
                token.path("normalized").asBoolean()));
      }
    }
    return List.copyOf(added);
  }

  /** Added tokens that are pieces of the model as well, and the ids that they have there. */
  static Map<String, Integer> pieces(JsonNode tree) {
    Map<String, Integer> pieces = new HashMap<>();
    JsonNode vocab = tree.path("model").path("vocab");
    if (vocab.isArray()) {
      Set<String> contents = new HashSet<>();
      tree.path("added_tokens").forEach(token -> contents.add(token.path("content").asText()));
      for (int id = 0; id < vocab.size(); id++) {
        if (contents.contains(vocab.path(id).path(0).asText())) {
          pieces.put(vocab.path(id).path(0).asText(), id);
        }
      }
    } else {
      for (JsonNode token : tree.path("added_tokens")) {
        JsonNode id = vocab.path(token.path("content").asText());
        if (id.isInt()) {
          pieces.put(token.path("content").asText(), id.asInt());
        }
      }
    }
    return pieces;
  }

  /** How many ids there are: one more than the greatest of all, and of those no added token has. */
  record VocabSizes(int all, int model) {}

  /** The vocabulary is an object (BPE, WordPiece) or a list of pairs (Unigram). */
  static VocabSizes vocabSizes(JsonNode tree, List<AddedToken> added) {
    BitSet ids = new BitSet();
    JsonNode vocab = tree.path("model").path("vocab");
    if (vocab.isArray()) {
      ids.set(0, vocab.size());
    } else {
      vocab.forEach(id -> ids.set(Math.max(0, id.asInt())));
    }
    int model = ids.length();
    BitSet addedIds = new BitSet();
    added.forEach(token -> addedIds.set(Math.max(0, token.id())));
    ids.andNot(addedIds);
    return new VocabSizes(Math.max(model, addedIds.length()), ids.length());
  }

  /** The id of a token of the vocabulary, which need not be an added token. */
  static OptionalInt id(JsonNode tree, String token) {
    JsonNode vocab = tree.path("model").path("vocab");
    if (!vocab.isArray()) {
      JsonNode id = vocab.path(token);
      return id.isInt() ? OptionalInt.of(id.intValue()) : OptionalInt.empty();
    }
    return IntStream.range(0, vocab.size())
        .filter(id -> vocab.get(id).path(0).asText().equals(token))
        .findFirst();
  }

  static TokenizerException unreadable(Path file, Exception e) {
    return new TokenizerException(file + " is not a readable tokenizer.json: " + reason(e), e);
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
}
