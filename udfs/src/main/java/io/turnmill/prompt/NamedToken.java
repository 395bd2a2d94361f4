package io.turnmill.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A special token as a file of the model folder names it.
 *
 * @param text its spelling, not empty
 * @param file the name of the file
 * @param id its id, if {@code added_tokens_decoder} of {@code tokenizer_config.json} lists it
 */
public record NamedToken(String text, String file, OptionalInt id) {
  private static final String MAP = "special_tokens_map.json";
  private static final String ADDED_TOKENS = "added_tokens_decoder";
  private static final List<String> NAMES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  /**
   * Reads the special tokens of a configuration. {@code special_tokens_map.json} counts only for
   * folders of an older kind, whose configuration does not have {@code added_tokens_decoder}.
   *
   * @param config {@code tokenizer_config.json}
   * @return the tokens by name, such as {@code eos_token}
   */
  static Map<String, NamedToken> find(Path folder, JsonNode config) throws IOException {
    Map<String, NamedToken> tokens = new HashMap<>();
    boolean isOld = !config.has(ADDED_TOKENS);
    JsonNode map = isOld ? ChatTemplates.json(folder.resolve(MAP)) : MissingNode.getInstance();
    for (String name : NAMES) {
      boolean isInMap = map.has(name);
      String text = spelling(isInMap ? map.path(name) : config.path(name));
      if (!text.isEmpty()) {
        String file = isInMap ? MAP : ChatTemplates.CONFIG;
        tokens.put(name, new NamedToken(text, file, listedId(config, text)));
      }
    }
    return tokens;
  }

  /** The spelling of a token given as a text or as an object; empty when it is neither. */
  private static String spelling(JsonNode token) {
    JsonNode text = token.isObject() ? token.path("content") : token;
    return text.isTextual() ? text.textValue() : "";
  }

  private static OptionalInt listedId(JsonNode config, String text) {
    return config.path(ADDED_TOKENS).properties().stream()
        .filter(token -> spelling(token.getValue()).equals(text))
        .filter(token -> token.getKey().matches("[0-9]{1,9}"))
        .mapToInt(token -> Integer.parseInt(token.getKey()))
        .findFirst();
  }
}
