package io.turnmill.token.hf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.testing.Goldens;
import io.turnmill.token.Encoded;
import io.turnmill.token.TokenIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ids are those of the Python library; see ORIGIN.md beside the goldens. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TokenizerGoldens {
  private final List<JsonNode> cases;
  private final List<String> names;

  @TempDir Path folder;

  /**
   * @param file texts with their ids
   * @param names of the tokenizers
   */
  TokenizerGoldens(Path file, List<String> names) {
    ObjectMapper json = new ObjectMapper();
    this.cases = Goldens.lines(file).stream().<JsonNode>map(json::valueToTree).toList();
    this.names = names;
  }

  /** Where the {@code tokenizer.json} of that name lies, or was written inside the folder. */
  abstract Path tokenizer(String name, Path folder) throws IOException;

  List<String> names() {
    return names;
  }

  /** Longer than any of the texts. */
  private static final int UNCUT = 1 << 20;

  @ParameterizedTest
  @MethodSource("names")
  void idsAreThoseOfThePythonLibrary(String name) throws IOException {
    Path file = tokenizer(name, folder);
    try (HuggingFaceFileTokenizer tokenizer = HuggingFaceFileTokenizer.load(file);
        HuggingFaceTextTokenizer texts = HuggingFaceTextTokenizer.load(file, UNCUT)) {
      for (JsonNode golden : cases) {
        String text = text(golden);
        if (golden.has("rule") && !name.equals(PublishedTokenizers.BERT)) {
          // Long, and without special tokens of its own: the ids alone.
          JsonNode expected = golden.get("expected").get(name);
          same(golden, "plain", tokenizer.encode(text), expected.get("plain"));
          continue;
        }
        TokenIds plain = tokenizer.encode(text);
        Encoded single = texts.encode(text, Optional.empty());
        Encoded pair = texts.encode(text, Optional.of(golden.get("pair").asText()));
        if (golden.has("hashed")) {
          JsonNode hashed = golden.get("hashed").get(name);
          assertThat(plain.size()).as(golden.get("name").asText()).isEqualTo(hashed.get(0).asInt());
          assertThat(hash(plain, single.ids(), single.types(), pair.ids(), pair.types()))
              .as(golden.get("name").asText())
              .isEqualTo(hashed.get(1).asText());
        } else {
          JsonNode expected = golden.get("expected").get(name);
          same(golden, "plain", plain, expected.get("plain"));
          same(golden, "single", single.ids(), expected.get("single").get(0));
          same(golden, "types", single.types(), expected.get("single").get(1));
          same(golden, "pair", pair.ids(), expected.get("pair").get(0));
          same(golden, "types of the pair", pair.types(), expected.get("pair").get(1));
        }
      }
    }
  }

  @Test
  void theGoldensHoldWhatTheySay() {
    assertThat(cases.stream().filter(golden -> golden.has("hashed"))).hasSizeGreaterThan(300);
    assertThat(cases.stream().filter(golden -> golden.has("text") && golden.has("expected")))
        .hasSizeGreaterThan(60);
    assertThat(cases.stream().filter(golden -> golden.has("rule")))
        .hasSizeGreaterThan(8)
        .allSatisfy(
            golden ->
                assertThat(text(golden).getBytes(StandardCharsets.UTF_8).length)
                    .isBetween(100_000, 101_000));
  }

  /** The text of a case, or what its rule makes; texts.py has the same rule. */
  private static String text(JsonNode golden) {
    if (golden.has("text")) {
      return golden.get("text").asText();
    }
    JsonNode rule = golden.get("rule");
    if (rule.has("repeat")) {
      return rule.get("repeat").asText().repeat(rule.get("times").asInt());
    }
    StringBuilder line = new StringBuilder();
    long state = rule.get("seed").asLong();
    for (int bytes = 0; bytes < 100_000; ) {
      state = (state * 1_103_515_245L + 12_345) % (1L << 31);
      String piece =
          rule.get("pieces").get((int) ((state >> 16) % rule.get("pieces").size())).asText();
      line.append(piece);
      bytes += piece.getBytes(StandardCharsets.UTF_8).length;
    }
    return line.toString();
  }

  private static void same(JsonNode golden, String what, TokenIds actual, JsonNode expected) {
    String name = golden.get("name").asText() + ", " + what;
    if (expected.isArray()) {
      assertThat(actual.toArray())
          .as(name)
          .isEqualTo(
              IntStream.range(0, expected.size()).map(i -> expected.get(i).asInt()).toArray());
    } else {
      assertThat(actual.size()).as(name).isEqualTo(expected.get("count").asInt());
      assertThat(MessageHashes.digest(actual)).as(name).isEqualTo(expected.get("sha256").asText());
    }
  }

  private static String hash(TokenIds... parts) {
    return Goldens.sha256(
            List.of(parts).stream().map(MessageHashes::digest).collect(Collectors.joining(";")))
        .substring(0, 32);
  }
}
