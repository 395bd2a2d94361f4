package io.turnmill.token.hf;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.token.AddedToken;
import io.turnmill.token.TokenIds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Added tokens that a byte-level decoder would spoil. It takes each character of a token for a
 * byte, by the alphabet of GPT-2, in which {@code ü} is the byte FC; that is right for the model's
 * pieces, but an added token is stored as it is spelt. The decoder of the library (and
 * transformers' fast tokenizers with it) makes U+FFFD of {@code ü}; as vLLM does, we take the
 * spelling.
 */
final class ByteLevelWords {
  private final Map<Integer, String> spelling = new HashMap<>();

  private ByteLevelWords() {}

  /** Those of a {@code tokenizer.json}; none where its decoder is of another kind. */
  static ByteLevelWords of(JsonNode tokenizer, List<AddedToken> added) {
    ByteLevelWords words = new ByteLevelWords();
    JsonNode decoder = tokenizer.path("decoder");
    JsonNode parts = decoder.path("decoders");
    JsonNode only = parts.size() == 1 ? parts.path(0) : decoder;
    if (only.path("type").asText().equals("ByteLevel")) {
      Map<String, Integer> pieces = TokenizerFile.pieces(tokenizer);
      for (AddedToken token : added) {
        String content = token.content();
        if (!token.special() && !pieces.containsKey(content) && isSpoilt(content)) {
          words.spelling.put(token.id(), token.content());
        }
      }
    }
    return words;
  }

  /** A token with a character outside of the alphabet is left alone; ASCII stands for itself. */
  private static boolean isSpoilt(String content) {
    return content.chars().allMatch(ByteLevelWords::inAlphabet)
        && content.chars().anyMatch(c -> c > '~');
  }

  /** Printable characters of Latin-1 stand for themselves, the 68 other bytes for U+0100 and on. */
  private static boolean inAlphabet(int c) {
    return (c >= '!' && c <= '~') || (c >= 0xa1 && c <= 0x143 && c != 0xad);
  }

  /**
   * Text of {@code ids}.
   *
   * @param decoder of ids that are none of these tokens
   */
  String decode(TokenIds ids, Function<TokenIds, String> decoder) {
    if (spelling.isEmpty()) {
      return decoder.apply(ids);
    }
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int i = 0; i < ids.size(); i++) {
      String word = spelling.get(ids.get(i));
      if (word != null) {
        text.append(decoder.apply(ids.slice(from, i))).append(word);
        from = i + 1;
      }
    }
    return text.append(decoder.apply(ids.slice(from, ids.size()))).toString();
  }
}
