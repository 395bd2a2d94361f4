package io.turnmill.token.hf;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Refuses a {@code tokenizer.json} on which the native library would end the whole process instead
 * of reporting an error. Other faults of a file are left to the library, which reports them.
 *
 * <p>These faults were found by fuzzing. One kind cannot be found beforehand: a regular expression
 * that needs more than ten million steps on some text, such as {@code (a+)+$}.
 */
final class TokenizerCheck {
  /** The library parses regular expressions by recursion; published ones are nested three deep. */
  private static final int LIMIT_REGEX_DEPTH = 100;

  /** A text with borders of words and lines, letters, digits and marks. */
  private static final String PROBE = " aB é\n1,▁中 ";

  /** The most units of a trie; published ones have about 60,000. */
  private static final int LIMIT_TRIE_UNITS = 1 << 20;

  private TokenizerCheck() {}

  /**
   * Checks the whole file.
   *
   * @throws IllegalArgumentException with the reason
   */
  static void check(JsonNode tokenizer) {
    merges(tokenizer.path("model"));
    part(tokenizer.path("normalizer"));
    part(tokenizer.path("pre_tokenizer"));
    part(tokenizer.path("post_processor"));
    part(tokenizer.path("decoder"));
  }

  /** The library cuts the prefix off the second half of each merge without looking at it. */
  private static void merges(JsonNode model) {
    String prefix = model.path("continuing_subword_prefix").asText("");
    if (prefix.isEmpty() || model.path("continuing_subword_prefix").isNull()) {
      return;
    }
    for (JsonNode merge : model.path("merges")) {
      String second =
          merge.isArray()
              ? merge.path(1).asText()
              : merge.asText().substring(merge.asText().indexOf(' ') + 1);
      if (!second.startsWith(prefix)) {
        throw new IllegalArgumentException(
            "a merge has a second half without the continuing_subword_prefix");
      }
    }
  }

  /** Checks a normalizer, pre-tokenizer, post-processor or decoder, and its parts. */
  private static void part(JsonNode part) {
    if (part.isNull() || part.isMissingNode()) {
      return;
    }
    if (!part.isObject()) {
      throw new IllegalArgumentException("a part of it is not an object");
    }
    template(part.path("single"), part.path("special_tokens"));
    template(part.path("pair"), part.path("special_tokens"));
    if (part.path("type").asText().equals("Precompiled") || part.has("precompiled_charsmap")) {
      charsmap(part.path("precompiled_charsmap"));
    }
    JsonNode pattern = part.path("pattern");
    if (pattern.path("Regex").isTextual()) {
      regex(pattern.path("Regex").asText());
    }
    if (part.path("type").asText().equals("Replace") && matchesNothing(pattern)) {
      throw new IllegalArgumentException("it replaces what is not a character");
    }
    for (String parts : List.of("normalizers", "pretokenizers", "processors", "decoders")) {
      part.path(parts).forEach(TokenizerCheck::part);
    }
  }

  private static void template(JsonNode pieces, JsonNode specialTokens) {
    for (JsonNode piece : pieces) {
      JsonNode special = piece.path("SpecialToken");
      if (!piece.isObject()
          || (piece.has("SpecialToken") && !specialTokens.has(special.path("id").asText()))) {
        throw new IllegalArgumentException(
            "a template of the post_processor has a token that is not among its special_tokens");
      }
    }
  }

  /** Whether a pattern matches between two characters, where a replacement makes offsets wrong. */
  private static boolean matchesNothing(JsonNode pattern) {
    if (!pattern.path("Regex").isTextual()) {
      return pattern.path("String").asText("?").isEmpty();
    }
    try {
      Matcher matcher = Pattern.compile(pattern.path("Regex").asText()).matcher(PROBE);
      while (matcher.find()) {
        if (matcher.start() == matcher.end()) {
          return true;
        }
      }
      return false;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  private static void regex(String pattern) {
    int depth = 0;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '(' || c == '[') {
        depth++;
      } else if (c == ')' || c == ']') {
        depth = Math.max(0, depth - 1);
      }
      if (depth > LIMIT_REGEX_DEPTH) {
        throw new IllegalArgumentException("a regular expression is nested too deeply");
      }
    }
  }

  /**
   * Checks a trie of bytes as a double array, and the texts to which its leaves point.
   *
   * <pre>
   *   u32: size of the trie in bytes | units of the trie, u32 each | texts, each ended by a NUL
   * </pre>
   *
   * This walks the trie as the library does, with every byte that a text may have, and requires
   * that no step leaves the array and that no leaf points outside of the texts or into a character.
   */
  private static void charsmap(JsonNode base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64.isTextual() ? base64.asText() : "-");
    } catch (IllegalArgumentException e) {
      throw damagedCharsmap();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int units = bytes.length < 4 ? 0 : buffer.getInt() >>> 2;
    if (units == 0 || units > Math.min(LIMIT_TRIE_UNITS, buffer.remaining() / 4)) {
      throw damagedCharsmap();
    }
    int[] trie = new int[units];
    buffer.asIntBuffer().get(trie);
    byte[] texts = Arrays.copyOfRange(bytes, 4 + 4 * units, bytes.length);
    if (!Arrays.equals(
        new String(texts, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), texts)) {
      throw damagedCharsmap();
    }
    walk(trie, texts);
  }

  private static void walk(int[] trie, byte[] texts) {
    BitSet seen = new BitSet(trie.length);
    Deque<Integer> nodes = new ArrayDeque<>();
    nodes.add(step(trie, 0, offset(trie[0])));
    while (!nodes.isEmpty()) {
      int node = nodes.remove();
      if (seen.get(node)) {
        continue;
      }
      seen.set(node);
      for (int label = 1; label < 256; label++) {
        int child = step(trie, node, label);
        if ((trie[child] & 0x8000_00ff) == label) {
          int next = step(trie, child, offset(trie[child]));
          if ((trie[child] & 0x100) != 0) {
            leaf(trie[next] & 0x7fff_ffff, texts);
          }
          nodes.add(next);
        }
      }
    }
  }

  private static int step(int[] trie, int node, int offset) {
    int next = node ^ offset;
    if (next >= trie.length) {
      throw damagedCharsmap();
    }
    return next;
  }

  /** The offset in a unit: 22 bits, or 30 bits with the flag 0x200. */
  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & 0x200) >> 6);
  }

  private static void leaf(int value, byte[] texts) {
    boolean end = value == texts.length;
    if (!end && (value > texts.length || (texts[value] & 0xc0) == 0x80)) {
      throw damagedCharsmap();
    }
  }

  private static IllegalArgumentException damagedCharsmap() {
    return new IllegalArgumentException("precompiled_charsmap is damaged");
  }
}
