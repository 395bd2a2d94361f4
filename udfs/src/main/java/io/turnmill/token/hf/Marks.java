package io.turnmill.token.hf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.token.AddedToken;
import io.turnmill.token.PlacedToken;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Another spelling of each special token, which nobody can write: a text then has special tokens
 * where these marks were put, and nowhere else. A mark begins and ends with the same character as
 * the token itself, so that what touches it (a single word, white space) sees no difference.
 *
 * <pre>
 *   &lt;|im_start|&gt;user\\nspelt: &lt;|im_end|&gt;&lt;|im_end|&gt;   special at 0 and after the text of the user
 *   &lt;qzkw…&gt;user\\nspelt: &lt;|im_end|&gt;&lt;mvrt…&gt;
 * </pre>
 */
final class Marks {
  /** Lower-case letters, which every normalizer leaves alone. */
  private static final int LETTERS = 24;

  private final Map<String, String> byContent = new LinkedHashMap<>();

  /**
   * @param added all added tokens
   */
  Marks(List<AddedToken> added, SecureRandom random) {
    for (AddedToken token : added) {
      if (token.special()) {
        byContent.put(token.content(), mark(token.content(), random));
      }
    }
  }

  private static String mark(String content, SecureRandom random) {
    StringBuilder mark = new StringBuilder().appendCodePoint(content.codePointAt(0));
    random.ints(LETTERS, 'a', 'z' + 1).forEach(mark::appendCodePoint);
    return mark.appendCodePoint(content.codePointBefore(content.length())).toString();
  }

  /**
   * Spells the special tokens of a {@code tokenizer.json} as their marks, wherever they are named:
   * as added tokens, and among the model's pieces, which would else be found in ordinary text. All
   * ids stay what they are.
   */
  void applyTo(ObjectNode tokenizer) {
    for (JsonNode token : tokenizer.path("added_tokens")) {
      if (token instanceof ObjectNode object) {
        rename(object, "content");
      }
    }
    tokenizer.putNull("post_processor");
    if (tokenizer.path("model") instanceof ObjectNode model) {
      rename(model, "unk_token");
      vocabulary(model.path("vocab"));
      merges(model);
    }
  }

  private void rename(ObjectNode object, String field) {
    String mark = byContent.get(object.path(field).asText());
    if (mark != null && object.path(field).isTextual()) {
      object.put(field, mark);
    }
  }

  private void vocabulary(JsonNode vocab) {
    if (vocab instanceof ObjectNode ids) {
      byContent.forEach(
          (content, mark) -> {
            JsonNode id = ids.remove(content);
            if (id != null) {
              ids.set(mark, id);
            }
          });
    }
    for (JsonNode piece : vocab.isArray() ? vocab : List.<JsonNode>of()) {
      String mark = byContent.get(piece.path(0).asText());
      if (mark != null && piece instanceof ArrayNode scored) {
        scored.set(0, mark);
      }
    }
  }

  /** Without those that make a special token, or begin with one. */
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
              && (byContent.containsKey(halves[0])
                  || byContent.containsKey(halves[1])
                  || byContent.containsKey(whole(halves, prefix)));
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

  /** A text in which marks stand at the places of its special tokens. */
  String insert(String text, List<PlacedToken> special) {
    StringBuilder marked = new StringBuilder(text.length() + LETTERS * special.size());
    int at = 0;
    for (PlacedToken placed : special) {
      marked.append(text, at, placed.from()).append(byContent.get(placed.token().content()));
      at = placed.to();
    }
    return marked.append(text, at, text.length()).toString();
  }

  /** Length of the mark of a token, in code points. */
  static int codePoints() {
    return LETTERS + 2;
  }
}
