package io.turnmill.token.hf;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.token.AddedToken;
import io.turnmill.token.TokenIds;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Added tokens that are decoded as they are spelt, because a byte-level decoder would spoil them.
 * That decoder takes each character of a token for a byte, by the alphabet of GPT-2, in which
 * {@code ü} is the byte FC. This is right for the model's pieces, but an added token is stored as
 * it is spelt. The decoder of the library (and so transformers' fast tokenizers) turns {@code ü}
 * into U+FFFD; this class gives the spelling, as vLLM does.
 */
final class LiteralAddedTokens {
  private final Map<Integer, String> spelling = new HashMap<>();

  private LiteralAddedTokens() {}

  /** The tokens of a {@code tokenizer.json}; none if its decoder is of another kind. */
  static LiteralAddedTokens of(JsonNode tokenizer, Vocabulary vocabulary) {
    LiteralAddedTokens literal = new LiteralAddedTokens();
    JsonNode decoder = tokenizer.path("decoder");
    JsonNode parts = decoder.path("decoders");
    JsonNode only = parts.size() == 1 ? parts.path(0) : decoder;
    if (only.path("type").asText().equals("ByteLevel")) {
      for (AddedToken token : vocabulary.addedTokens()) {
        String content = token.content();
        if (!token.special() && !vocabulary.addedPieces().contains(content) && isSpoilt(content)) {
          literal.spelling.put(token.id(), token.content());
        }
      }
    }
    return literal;
  }

  /**
   * Whether decoding changes a token: not if a character is outside of the alphabet, or if all are
   * ASCII.
   */
  private static boolean isSpoilt(String content) {
    return content.chars().allMatch(LiteralAddedTokens::inAlphabet)
        && content.chars().anyMatch(c -> c > '~');
  }

  /**
   * Whether the alphabet has a character: printable ones of Latin-1 for their bytes, and 68 from
   * U+0100 for the other bytes.
   */
  private static boolean inAlphabet(int c) {
    return (c >= '!' && c <= '~') || (c >= 0xa1 && c <= 0x143 && c != 0xad);
  }

  /**
   * The text of {@code ids}.
   *
   * @param decoder decodes ids that are not of these tokens
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
