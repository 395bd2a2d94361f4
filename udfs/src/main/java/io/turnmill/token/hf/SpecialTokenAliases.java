package io.turnmill.token.hf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.token.AddedToken;
import io.turnmill.token.PlacedToken;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Random spellings of all special tokens, which no text has by itself: a text then has special
 * tokens where these aliases were put, and nowhere else. An alias begins and ends with the same
 * character as the token itself, so that what touches it (a single word, white space) sees no
 * difference.
 *
 * <pre>
 *   &lt;|im_start|&gt;user\\nspelt: &lt;|im_end|&gt;&lt;|im_end|&gt;   special at 0 and after the text of the user
 *   &lt;qzkw…&gt;user\\nspelt: &lt;|im_end|&gt;&lt;mvrt…&gt;
 * </pre>
 *
 * If a special token is a piece of the model as well, the piece is renamed, too, so that it is not
 * found in ordinary text. Two kinds of pieces keep their names, because texts are made of them: a
 * single character, such as {@code |}, which in a byte-level vocabulary is a byte, and a byte that
 * is written as one, such as {@code <0x0A>}. The special token and the character then have the same
 * id, and any text may have it.
 */
final class SpecialTokenAliases {
  /** How many lower-case letters an alias has; no normalizer changes them. */
  private static final int LETTERS = 24;

  private static final Pattern BYTE = Pattern.compile("<0x[0-9A-F]{2}>");

  private final Map<String, String> byContent = new LinkedHashMap<>();

  /** The aliases that replace the names of pieces, too, by the names. */
  private final Map<String, String> renamedPieces;

  private SpecialTokenAliases(Vocabulary vocabulary, boolean byteFallback, SecureRandom random) {
    for (AddedToken token : vocabulary.addedTokens()) {
      if (token.special()) {
        byContent.put(token.content(), alias(token.content(), random));
      }
    }
    renamedPieces = new LinkedHashMap<>(byContent);
    renamedPieces
        .keySet()
        .removeIf(
            content ->
                vocabulary.addedPieces().contains(content) && isNeeded(content, byteFallback));
  }

  private static boolean isNeeded(String piece, boolean byteFallback) {
    return piece.codePointCount(0, piece.length()) == 1
        || (byteFallback && BYTE.matcher(piece).matches());
  }

  private static String alias(String content, SecureRandom random) {
    StringBuilder alias = new StringBuilder().appendCodePoint(content.codePointAt(0));
    random.ints(LETTERS, 'a', 'z' + 1).forEach(alias::appendCodePoint);
    return alias.appendCodePoint(content.codePointBefore(content.length())).toString();
  }

  /**
   * Spells the special tokens of a {@code tokenizer.json} as aliases, wherever they are named. All
   * ids stay what they are, unless some {@linkplain #keepsPieces pieces} keep their names.
   */
  static SpecialTokenAliases into(
      ObjectNode tokenizer, Vocabulary vocabulary, SecureRandom random) {
    boolean byteFallback = tokenizer.path("model").path("byte_fallback").asBoolean();
    SpecialTokenAliases aliases = new SpecialTokenAliases(vocabulary, byteFallback, random);
    aliases.applyTo(tokenizer);
    return aliases;
  }

  private void applyTo(ObjectNode tokenizer) {
    if (tokenizer.path("added_tokens") instanceof ArrayNode added) {
      addedTokens(added);
    }
    tokenizer.putNull("post_processor");
    if (tokenizer.path("model") instanceof ObjectNode model) {
      rename(model, "unk_token", renamedPieces);
      vocabulary(model.path("vocab"));
      merges(model);
    }
  }

  /**
   * Puts tokens that are no longer pieces last, because the library numbers them after all others.
   */
  private void addedTokens(ArrayNode added) {
    List<JsonNode> last = new ArrayList<>();
    List<JsonNode> all = new ArrayList<>();
    for (JsonNode token : added) {
      String content = token.path("content").asText();
      boolean keepsPiece = byContent.containsKey(content) && !renamedPieces.containsKey(content);
      (keepsPiece ? last : all).add(token);
      if (token instanceof ObjectNode object) {
        rename(object, "content", byContent);
      }
    }
    all.addAll(last);
    added.removeAll().addAll(all);
  }

  private static void rename(ObjectNode object, String field, Map<String, String> names) {
    String alias = names.get(object.path(field).asText());
    if (alias != null && object.path(field).isTextual()) {
      object.put(field, alias);
    }
  }

  private void vocabulary(JsonNode vocab) {
    if (vocab instanceof ObjectNode ids) {
      renamedPieces.forEach(
          (content, alias) -> {
            JsonNode id = ids.remove(content);
            if (id != null) {
              ids.set(alias, id);
            }
          });
    }
    for (JsonNode piece : vocab.isArray() ? vocab : List.<JsonNode>of()) {
      String alias = renamedPieces.get(piece.path(0).asText());
      if (alias != null && piece instanceof ArrayNode scored) {
        scored.set(0, alias);
      }
    }
  }

  /** Removes the merges that make a special token, or begin with one. */
  private void merges(ObjectNode model) {
    if (!(model.path("merges") instanceof ArrayNode merges)) {
      return;
    }
    String prefix = model.path("continuing_subword_prefix").asText("");
    ArrayNode kept = model.arrayNode(merges.size());
    for (JsonNode merge : merges) {
      String[] halves =
          merge.isArray()
              ? new String[] {merge.path(0).asText(), merge.path(1).asText()}
              : merge.asText().split(" ", 2);
      boolean special =
          halves.length == 2
              && (renamedPieces.containsKey(halves[0])
                  || renamedPieces.containsKey(halves[1])
                  || renamedPieces.containsKey(whole(halves, prefix)));
      if (!special) {
        kept.add(merge);
      }
    }
    model.set("merges", kept);
  }

  private static String whole(String[] halves, String prefix) {
    boolean cut = !prefix.isEmpty() && halves[1].startsWith(prefix);
    return halves[0] + (cut ? halves[1].substring(prefix.length()) : halves[1]);
  }

  /**
   * Whether some special tokens are pieces that keep their names, so that added tokens get new ids.
   */
  boolean keepsPieces() {
    return renamedPieces.size() < byContent.size();
  }

  /** The spelling of an added token in a text with aliases. */
  String spelling(AddedToken token) {
    return token.special() ? byContent.get(token.content()) : token.content();
  }

  /** Puts aliases at the places of the special tokens of a text. */
  String insert(String text, List<PlacedToken> special) {
    StringBuilder aliased = new StringBuilder(text.length() + LETTERS * special.size());
    int at = 0;
    for (PlacedToken placed : special) {
      aliased.append(text, at, placed.from()).append(byContent.get(placed.token().content()));
      at = placed.to();
    }
    return aliased.append(text, at, text.length()).toString();
  }

  /** Length of an alias, in code points. */
  static int codePoints() {
    return LETTERS + 2;
  }
}
