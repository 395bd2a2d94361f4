package io.turnmill.token.hf;

import static io.turnmill.token.hf.TokenizerBases.BPE;
import static io.turnmill.token.hf.TokenizerBases.UNIGRAM;
import static io.turnmill.token.hf.TokenizerBases.WORD_PIECE;
import static io.turnmill.token.hf.TokenizerBases.charsmap;
import static io.turnmill.token.hf.TokenizerBases.encoded;
import static io.turnmill.token.hf.TokenizerBases.trieOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.token.TokenizerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
            tokenizer.decode(tokenizer.encode(text, List.of()));
          } catch (RuntimeException e) {
            assertThat(e.getMessage()).isNotNull();
          }
        }
      }
      useForTexts();
    }
  }

  /** What an encoder does with the same file. */
  private void useForTexts() {
    try (HuggingFaceTextTokenizer tokenizer =
        HuggingFaceTextTokenizer.load(folder.resolve("tokenizer.json"), 16)) {
      for (String text : TEXTS) {
        tokenizer.encode(text, Optional.empty());
        tokenizer.encode(text, Optional.of("a"));
        tokenizer.promptTokens(text);
      }
    } catch (RuntimeException e) {
      assertThat(e.getMessage()).isNotNull();
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
    return TokenizerBases.ALL;
  }

  @ParameterizedTest
  @MethodSource("bases")
  void aWrongValueAtEveryPlace(String base) throws IOException {
    JsonNode tree = JSON.readTree(base);
    for (List<Object> path : JsonPlaces.of(tree)) {
      for (String bad : BAD_VALUES) {
        use(
            JSON.writeValueAsBytes(
                JsonPlaces.changed(tree, path, Optional.of(JSON.readTree(bad)))));
      }
      use(JSON.writeValueAsBytes(JsonPlaces.changed(tree, path, Optional.empty())));
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
        .hasMessage("it replaces what is not a character");
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
}
