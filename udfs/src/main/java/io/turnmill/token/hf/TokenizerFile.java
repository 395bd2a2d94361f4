package io.turnmill.token.hf;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.token.AddedToken;
import io.turnmill.token.TokenizerException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a {@code tokenizer.json} says, and the library that runs it. */
final class TokenizerFile {
  static final ObjectMapper JSON = new ObjectMapper();

  private TokenizerFile() {}

  static ObjectNode tree(byte[] tokenizerJson) throws IOException {
    return (ObjectNode) JSON.readTree(tokenizerJson);
  }

  static HuggingFaceTokenizer open(byte[] tokenizerJson, Map<String, String> options)
      throws IOException {
    // On a cloud machine DJL would send the machine's id to its makers; unless the user wants it.
    if (System.getProperty("OPT_OUT_TRACKING") == null) {
      System.setProperty("OPT_OUT_TRACKING", "true");
    }
    return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(tokenizerJson), options);
  }

  static List<AddedToken> addedTokens(JsonNode tree) {
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
  static int vocabSize(JsonNode tree, List<AddedToken> added) {
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

  static TokenizerException unreadable(Path file, Exception e) {
    return new TokenizerException(file + " is not a readable tokenizer.json: " + firstLine(e), e);
  }

  private static String firstLine(Exception e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().lines().findFirst().orElse("");
  }
}
