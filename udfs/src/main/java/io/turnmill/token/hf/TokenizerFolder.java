package io.turnmill.token.hf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * A {@code tokenizer.json} with what {@code tokenizer_config.json} beside it says about its added
 * tokens. As in transformers, a token is special if {@code added_tokens_decoder} says so, and also
 * if {@code tokenizer.json} says so, whatever the other file says. Nothing else of {@code
 * added_tokens_decoder} is followed.
 */
final class TokenizerFolder {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final byte[] bytes;
  private final ObjectNode tree;

  private TokenizerFolder(byte[] bytes, ObjectNode tree) {
    this.bytes = bytes;
    this.tree = tree;
  }

  /** The bytes for the library; not a copy. */
  byte[] bytes() {
    return bytes;
  }

  /** The file, parsed and checked. */
  ObjectNode tree() {
    return tree;
  }

  /**
   * @param file {@code tokenizer.json}
   * @throws IOException when it cannot be read, or is not a tokenizer
   */
  static TokenizerFolder read(Path file) throws IOException {
    byte[] bytes = TokenizerFile.bytes(file);
    ObjectNode tree = TokenizerFile.tree(bytes);
    return markSpecial(tree, special(file.resolveSibling("tokenizer_config.json")))
        ? new TokenizerFolder(TokenizerFile.JSON.writeValueAsBytes(tree), tree)
        : new TokenizerFolder(bytes, tree);
  }

  private static Set<String> special(Path config) throws IOException {
    Set<String> special = new HashSet<>();
    if (Files.exists(config)) {
      try {
        JsonNode added = JSON.readTree(TokenizerFile.bytes(config)).path("added_tokens_decoder");
        for (JsonNode token : added) {
          if (token.path("special").asBoolean()) {
            special.add(token.path("content").asText());
          }
        }
      } catch (JsonProcessingException e) {
        return Set.of(); // code that needs the file reports it
      }
    }
    return special;
  }

  /** Marks tokens as special. Returns whether that changed anything. */
  private static boolean markSpecial(ObjectNode tree, Set<String> special) {
    boolean changed = false;
    for (JsonNode token : tree.path("added_tokens")) {
      if (token instanceof ObjectNode added
          && !added.path("special").asBoolean()
          && special.contains(added.path("content").asText())) {
        added.put("special", true);
        changed = true;
      }
    }
    return changed;
  }
}
