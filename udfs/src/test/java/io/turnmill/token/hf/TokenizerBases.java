package io.turnmill.token.hf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Three small {@code tokenizer.json}, of every kind of model, that a fuzz test spoils. */
final class TokenizerBases {
  static final String BPE =
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

  static final String UNIGRAM =
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

  static final String WORD_PIECE =
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

  /** All of them. */
  static final List<String> ALL = List.of(BPE, UNIGRAM, WORD_PIECE);

  private TokenizerBases() {}

  /** A trie that knows one byte, and for it one place in the texts. */
  static int[] trieOf(char known, int value) {
    int[] trie = new int[1024];
    // The children of the root stand from 256 on, the leaf of the known byte at 512.
    trie[0] = 256 << 10;
    trie[256 ^ known] = ((256 ^ known ^ 512) << 10) | 0x100 | known;
    trie[512] = 0x8000_0000 | value;
    return trie;
  }

  static String charsmap(int[] trie, String texts) {
    byte[] tail = texts.getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer =
        ByteBuffer.allocate(4 + 4 * trie.length + tail.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(4 * trie.length);
    for (int unit : trie) {
      buffer.putInt(unit);
    }
    return encoded(buffer.put(tail).array());
  }

  static String encoded(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
