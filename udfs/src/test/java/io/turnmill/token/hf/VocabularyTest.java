package io.turnmill.token.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.testing.Tokenizers;
import io.turnmill.token.PlacedToken;
import io.turnmill.token.TokenIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which ids a {@code tokenizer.json} has, and how many native tokenizers that takes. */
class VocabularyTest {
  private static final String REPEATED =
      """
      {"version": "1.0", "truncation": null, "padding": null, "normalizer": null,
       "pre_tokenizer": null, "post_processor": null, "decoder": null,
       "added_tokens": [{"id": 1, "content": "a", "single_word": false, "lstrip": false,
        "rstrip": false, "normalized": false, "special": %s}],
       "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": false,
        "vocab": [["<unk>", 0.0], ["a", -1.0], ["b", -2.0], ["a", -1.0], ["b", -2.0]]}}
      """;

  private static final String WORD =
      """
      {"version": "1.0", "truncation": null, "padding": null, "normalizer": null,
       "pre_tokenizer": null, "post_processor": null, "decoder": null,
       "added_tokens": [{"id": 5, "content": "<w>", "single_word": false, "lstrip": false,
        "rstrip": false, "normalized": false, "special": %s}],
       "model": {"type": "BPE", "unk_token": null, "merges": [],
        "vocab": {"a": 0, "b": 1, "<": 2, "w": 3, ">": 4}}}
      """;

  @TempDir Path folder;

  private HuggingFaceFileTokenizer load(String tokenizerJson) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, tokenizerJson);
    return HuggingFaceFileTokenizer.load(file);
  }

  @Test
  void ofAPieceThatStandsThereTwiceTheLastPlaceIsItsId() throws IOException {
    try (HuggingFaceFileTokenizer tokenizer = load(REPEATED.formatted(true))) {
      assertThat(tokenizer.encode("aab")).as("the library").isEqualTo(TokenIds.of(3, 3, 4));
      assertThat(tokenizer.addedTokens().get(0).id()).isEqualTo(3);
      assertThat(tokenizer.id("a")).hasValue(3);
      assertThat(tokenizer.id("b")).hasValue(4);
      assertThat(tokenizer.id("c")).isEmpty();
      assertThat(tokenizer.vocabSize()).isEqualTo(5);
    }
  }

  /** What transformers 4.57.6 decodes with {@code skip_special_tokens}. */
  @ParameterizedTest
  @CsvSource({
    "false, true, a b",
    "true, false, a b",
    "true, true, a b",
    "false, false, a <w> b",
  })
  void aTokenIsSpecialIfEitherFileSaysSo(boolean inTokenizer, boolean inConfig, String decoded)
      throws IOException {
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"added_tokens_decoder\": {\"5\": {\"content\": \"<w>\", \"special\": %s}}}"
            .formatted(inConfig));
    try (HuggingFaceFileTokenizer tokenizer = load(WORD.formatted(inTokenizer))) {
      assertThat(tokenizer.encode("a<w>b")).isEqualTo(TokenIds.of(0, 5, 1));
      assertThat(tokenizer.decode(TokenIds.of(0, 5, 1))).isEqualTo(decoded);
      assertThat(tokenizer.addedTokens().get(0).special()).isEqualTo(decoded.equals("a b"));
    }
  }

  @Test
  void theSecondTokenizerIsLoadedOnceAndForTheFirstTextThatNeedsIt() throws IOException {
    Path file = folder.resolve("byte-level");
    Tokenizers.unpack("byte-level", file);
    HuggingFaceFileTokenizer tokenizer = HuggingFaceFileTokenizer.load(file);
    try (tokenizer) {
      List<PlacedToken> places = List.of(new PlacedToken(0, tokenizer.addedTokens().get(0)));
      String text = tokenizer.addedTokens().get(0).content() + "a";
      TokenIds expected = tokenizer.encode(text);
      assertThat(tokenizer.loadedTokenizers()).isEqualTo(1);
      Files.delete(file);
      assertThat(IntStream.range(0, 8).parallel().mapToObj(i -> tokenizer.encode(text, places)))
          .hasSize(8)
          .containsOnly(expected);
      assertThat(tokenizer.loadedTokenizers()).isEqualTo(2);
    }
    assertThat(tokenizer.loadedTokenizers()).isEqualTo(1);
    assertThatThrownBy(() -> tokenizer.encode("a", List.of()))
        .isInstanceOf(IllegalStateException.class);
  }
}
