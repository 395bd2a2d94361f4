package io.turnmill.token.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.token.TokenizerException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever {@code tokenizer.json} holds: a tokenizer that works, or one clear message. A fault that
 * the native library takes badly would end the tests' process, so passing is also surviving.
 */
class TokenizerFuzzTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String BPE =
      """
      {"version": "1.0", "truncation": null, "padding": {"strategy": {"Fixed": 64},
       "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0,
       "pad_token": "a"},
       "added_tokens": [{"id": 9, "content": "<|x|>", "single_word": false, "lstrip": false,
        "rstrip": false, "normalized": false, "special": true}],
       "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"},
        {"type": "Replace", "pattern": {"Regex": "x+"}, "content": "a"}]},
       "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
        {"type": "Split", "pattern": {"Regex": "\\\\p{L}+|\\\\s+|."}, "behavior": "Isolated",
         "invert": false},
        {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false,
         "use_regex": false}]},
       "post_processor": {"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
         {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
       "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false,
        "use_regex": false},
       "model": {"type": "BPE", "dropout": null, "unk_token": null,
        "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false,
        "byte_fallback": false, "ignore_merges": false,
        "vocab": {"a": 0, "h": 1, "e": 2, "l": 3, "he": 4, "hel": 5, "Ġ": 6},
        "merges": [["h", "e"], ["he", "l"]]}}
      """;

  private static final String UNIGRAM =
      """
      {"version": "1.0", "truncation": {"direction": "Right", "max_length": 8,
       "strategy": "LongestFirst", "stride": 2}, "padding": null, "added_tokens": [],
       "normalizer": {"type": "Precompiled", "precompiled_charsmap": "%s"},
       "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always",
        "split": true},
       "post_processor": {"type": "Sequence", "processors": [{"type": "BertProcessing",
        "sep": ["a", 1], "cls": ["h", 2]}]},
       "decoder": {"type": "Sequence", "decoders": [{"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
       "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": false,
        "vocab": [["<unk>", 0.0], ["a", -1.5], ["h", -2.0], ["he", -1.0], ["▁", -3.0]]}}
      """
          .formatted(charsmap(trieOf('x', 2), "\0".repeat(2) + "é\0"));

  private static final String WORD_PIECE =
      """
      {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
       "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
        "strip_accents": null, "lowercase": true},
       "pre_tokenizer": {"type": "BertPreTokenizer"},
       "post_processor": null,
       "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "a": 1, "h": 2, "##e": 3}}}
      """;

  private static final List<String> BASES = List.of(BPE, UNIGRAM, WORD_PIECE);

  private static final List<String> BAD_VALUES =
      List.of(
          "null",
          "true",
          "-1",
          "0",
          "1",
          "0.5",
          "1e300",
          "4294967295",
          "4294967296",
          "\"\"",
          "\"a\"",
          "\"ab\"",
          "\"é\"",
          "\"▁\"",
          "\"((((\"",
          "\"\\u0000\\n\"",
          "[]",
          "{}",
          "[[]]",
          "[\"a\", \"b\", \"c\"]",
          "{\"a\": 1}");

  private static final List<String> TEXTS =
      List.of("", "hello xa hé🎉\u0000 <|x|>", "xxxx ▁", "مرحبا");

  @TempDir Path folder;

  private Optional<HuggingFaceFileTokenizer> load(byte[] bytes) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.write(file, bytes);
    try {
      return Optional.of(HuggingFaceFileTokenizer.load(file));
    } catch (TokenizerException e) {
      assertThat(e.getMessage().lines()).hasSize(1);
      assertThat(e.getMessage().length()).isLessThan(600);
      assertThat(e.getMessage()).startsWith(file + " is not a readable tokenizer.json: ");
      return Optional.empty();
    }
  }

  private Optional<HuggingFaceFileTokenizer> load(String text) throws IOException {
    return load(text.getBytes(StandardCharsets.UTF_8));
  }

  private void refused(String text) throws IOException {
    assertThat(load(text)).isEmpty();
  }

  /** Loads and works, or is refused; the library may still refuse a text. */
  private void use(byte[] bytes) throws IOException {
    Optional<HuggingFaceFileTokenizer> loaded = load(bytes);
    if (loaded.isPresent()) {
      try (HuggingFaceFileTokenizer tokenizer = loaded.get()) {
        for (String text : TEXTS) {
          try {
            tokenizer.decode(tokenizer.encode(text));
            tokenizer.decode(tokenizer.encodeOrdinary(text));
            tokenizer.encodeWithSpecials(text, Optional.empty());
            tokenizer.encodeWithSpecials(text, Optional.of("a"));
          } catch (RuntimeException e) {
            assertThat(e.getMessage()).isNotNull();
          }
        }
      }
    }
  }

  @Test
  void theBasesWork() throws IOException {
    try (HuggingFaceFileTokenizer bpe = load(BPE).orElseThrow();
        HuggingFaceFileTokenizer unigram = load(UNIGRAM).orElseThrow();
        HuggingFaceFileTokenizer wordPiece = load(WORD_PIECE).orElseThrow()) {
      assertThat(bpe.encode("hel").toArray()).containsExactly(5);
      // Two texts stand for nothing; "x" stands for "é", which is in no vocabulary.
      assertThat(unigram.encode("ax").toArray()).containsExactly(4, 1, 0);
      assertThat(wordPiece.encode("he a").toArray()).containsExactly(2, 3, 1);
    }
  }

  static List<String> bases() {
    return BASES;
  }

  @ParameterizedTest
  @MethodSource("bases")
  void aWrongValueAtEveryPlace(String base) throws IOException {
    JsonNode tree = JSON.readTree(base);
    for (List<Object> path : paths(tree)) {
      for (String bad : BAD_VALUES) {
        use(JSON.writeValueAsBytes(changed(tree, path, Optional.of(JSON.readTree(bad)))));
      }
      use(JSON.writeValueAsBytes(changed(tree, path, Optional.empty())));
    }
  }

  @ParameterizedTest
  @MethodSource("bases")
  void truncationsAndChangedBytes(String base) throws IOException {
    byte[] good = base.strip().getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < good.length; length += 1 + length / 50) {
      assertThat(load(Arrays.copyOf(good, length))).isEmpty();
    }
    Random random = new Random(20_261_125);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = good.clone();
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      use(bytes);
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      assertThat(load(noise)).isEmpty();
    }
  }

  @Test
  void theTablesOfTheNormalizerWithChangedBytes() throws IOException {
    byte[] good = Base64.getDecoder().decode(charsmap(trieOf('x', 2), "\0".repeat(2) + "é\0"));
    Random random = new Random(20_261_125);
    for (int i = 0; i < 600; i++) {
      byte[] bytes = good.clone();
      // Half of them around the few units that are in use.
      int at = i % 2 == 0 ? random.nextInt(bytes.length) : 4 + 4 * List.of(0, 256, 376).get(i % 3);
      bytes[at + random.nextInt(Math.min(4, bytes.length - at))] = (byte) random.nextInt();
      use(
          UNIGRAM
              .replaceFirst("(?<=precompiled_charsmap\": \")[^\"]*", encoded(bytes))
              .getBytes(StandardCharsets.UTF_8));
    }
    for (int length = 0; length < good.length; length += 1 + length / 30) {
      use(
          UNIGRAM
              .replaceFirst(
                  "(?<=precompiled_charsmap\": \")[^\"]*", encoded(Arrays.copyOf(good, length)))
              .getBytes(StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "1",
        "\"x\"",
        "{}",
        "{\"model\": null}",
        "{\"model\": {}}",
        "{} {}"
      })
  void noTokenizerAtAll(String text) throws IOException {
    refused(text);
  }

  @Test
  void hostileTexts() throws IOException {
    refused("[".repeat(100_000));
    refused("{\"model\":".repeat(100_000));
    refused("{\"model\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");
    refused(BPE.replace("\"version\"", "\"version\": \"1.0\", \"version\""));
    refused(BPE.replace("{\"type\": \"NFC\"}", "{\"type\": \"NFC\", \"type\": \"Precompiled\"}"));
    refused(BPE.replace("\"NFC\"", "\"" + "n".repeat(10_000_000) + "\""));
    refused(BPE.replace("\"NFC\"", "\"\\n\\u0000\\r\""));
    refused(BPE.replace("\"id\": 9", "\"id\": " + "9".repeat(100_000)));
    refused(BPE.replace("[{\"id\": 9", "[1, {\"id\": 9"));
    refused(BPE.replace("\\\\s+", "(".repeat(3_000) + "a" + ")".repeat(3_000)));
    refused(BPE.replace("\\\\s+", "("));
    refused(
        BPE.replace(
            "{\"type\": \"NFC\"}",
            "{\"type\": \"Sequence\", \"normalizers\": [".repeat(400) + "]}".repeat(400)));
  }

  @Test
  void whatTheLibraryWouldNotSurviveIsNamed() {
    assertThatThrownBy(
            () ->
                TokenizerCheck.check(
                    JSON.readTree(
                        BPE.replace(
                            "\"continuing_subword_prefix\": null",
                            "\"continuing_subword_prefix\": \"##\""))))
        .hasMessage("a merge has a second half without the continuing_subword_prefix");
    assertThatThrownBy(
            () -> TokenizerCheck.check(JSON.readTree(BPE.replace("{\"<s>\":", "{\"</s>\":"))))
        .hasMessageContaining("a token that is not among its special_tokens");
    assertThatThrownBy(() -> TokenizerCheck.check(JSON.readTree(BPE.replace("\"x+\"", "\"x*\""))))
        .hasMessage("it replaces what is no character");
    assertThatThrownBy(
            () ->
                TokenizerCheck.check(
                    JSON.readTree(UNIGRAM.replace("_charsmap\": \"", "_charsmap\": \"AAAA"))))
        .hasMessage("precompiled_charsmap is damaged");
  }

  @Test
  void aTextThatIsTooLongIsRefused() throws IOException {
    try (HuggingFaceFileTokenizer tokenizer = load(BPE).orElseThrow()) {
      assertThatThrownBy(() -> tokenizer.encode(" ".repeat(12_000_000)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "A text of 12000000 characters is too long for a tokenizer; 4194304 are the most.");
    }
  }

  private static List<List<Object>> paths(JsonNode tree) {
    List<List<Object>> paths = new ArrayList<>();
    collect(tree, List.of(), paths);
    return paths;
  }

  private static void collect(JsonNode node, List<Object> path, List<List<Object>> paths) {
    List<Object> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      keys.add(i);
    }
    for (Object key : keys) {
      List<Object> inner = new ArrayList<>(path);
      inner.add(key);
      paths.add(inner);
      collect(get(node, key), inner, paths);
    }
  }

  private static JsonNode get(JsonNode node, Object key) {
    return key instanceof Integer index ? node.get(index) : node.get((String) key);
  }

  /** A copy with another value at that place, or with none. */
  private static JsonNode changed(JsonNode tree, List<Object> path, Optional<JsonNode> value) {
    JsonNode copy = tree.deepCopy();
    JsonNode parent = copy;
    for (Object key : path.subList(0, path.size() - 1)) {
      parent = get(parent, key);
    }
    Object last = path.get(path.size() - 1);
    if (parent instanceof ObjectNode object) {
      object.remove((String) last);
      value.ifPresent(v -> object.set((String) last, v));
    } else if (parent instanceof ArrayNode array) {
      array.remove((int) last);
      value.ifPresent(v -> array.insert((int) last, v));
    }
    return copy;
  }

  /** A trie that knows one byte, and for it one place in the texts. */
  private static int[] trieOf(char known, int value) {
    int[] trie = new int[1024];
    // The children of the root stand from 256 on, the leaf of the known byte at 512.
    trie[0] = 256 << 10;
    trie[256 ^ known] = ((256 ^ known ^ 512) << 10) | 0x100 | known;
    trie[512] = 0x8000_0000 | value;
    return trie;
  }

  private static String charsmap(int[] trie, String texts) {
    byte[] tail = texts.getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer =
        ByteBuffer.allocate(4 + 4 * trie.length + tail.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(4 * trie.length);
    for (int unit : trie) {
      buffer.putInt(unit);
    }
    return encoded(buffer.put(tail).array());
  }

  private static String encoded(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
