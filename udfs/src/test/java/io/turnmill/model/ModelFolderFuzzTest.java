package io.turnmill.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.turnmill.testing.SpoiltFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the JSON files of a folder hold: a model, or one clear message; see {@link Hostile}. */
class ModelFolderFuzzTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/decoders");
  private static final String INDEX = "model.safetensors.index.json";
  private static final String CONFIG = "config.json";
  private static final List<String> FILES = List.of(CONFIG, "generation_config.json", INDEX);

  private static Path folder;
  private static long otherBytes;

  @BeforeAll
  static void copy(@TempDir Path temp) throws IOException {
    folder = temp.resolve("model");
    SpoiltFolder.copyOf(GOLDEN.resolve("qwen2-untied-bf16-sharded/model"), folder);
    try (Stream<Path> files = Files.list(folder)) {
      otherBytes = files.mapToLong(file -> file.toFile().length()).sum();
    }
    assertThat(open(new byte[0], "none.json")).isTrue();
  }

  /** Whether the folder is taken while it has that file. */
  private static boolean open(byte[] bytes, String name) {
    Path file = folder.resolve(name);
    try {
      Optional<byte[]> before =
          Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
      Files.write(file, bytes);
      try {
        return Hostile.readOrRefused(
                folder, otherBytes + bytes.length, () -> ModelFolder.open(folder))
            .isPresent();
      } finally {
        if (before.isPresent()) {
          Files.write(file, before.get());
        } else {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean open(String text, String name) {
    return open(text.getBytes(StandardCharsets.UTF_8), name);
  }

  static Stream<Arguments> hostileTexts() {
    return Stream.of(
            arguments("nothing", ""),
            arguments("white space", " \n "),
            arguments("null", "null"),
            arguments("an array", "[]"),
            arguments("a number", "1"),
            arguments("half an object", "{"),
            arguments("a comment", "{} // no"),
            arguments("two objects", "{}{}"),
            arguments("single quotes", "{'a': 1}"),
            arguments("deep arrays", "[".repeat(100_000)),
            arguments("deep objects", "{\"a\":".repeat(100_000)),
            arguments(
                "deep and closed", "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"),
            arguments(
                "deep where a text is wanted",
                "{\"weight_map\":" + "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_001)),
            arguments("a key twice", "{\"a\":1,\"a\":1}"),
            arguments("a map twice", "{\"weight_map\":{\"a\":\"b\",\"a\":\"b\"}}"),
            arguments("not a number", "{\"rms_norm_eps\": NaN}"),
            arguments("infinite", "{\"rms_norm_eps\": -Infinity}"),
            arguments("a long number", "{\"vocab_size\": " + "9".repeat(100_000) + "}"),
            arguments("a long fraction", "{\"rms_norm_eps\": 0." + "9".repeat(100_000) + "}"),
            arguments("a huge exponent", "{\"rms_norm_eps\": 1e" + "9".repeat(900) + "}"),
            arguments("a name of 3 MB", "{\"" + "n".repeat(3_000_000) + "\": 1}"),
            arguments("a text of 3 MB", "{\"model_type\": \"" + "n".repeat(3_000_000) + "\"}"),
            arguments("a text of 10 MB", "{\"model_type\": \"" + "n".repeat(10_000_000) + "\"}"),
            arguments(
                "control characters",
                "{\"model_type\": \"\\n\\r\\u0000\\u001b[2J\\u0085\\u2028\", \"\\n\": 1}"),
            arguments("control characters as they are", "{\"a\": \"\u0000\n\"}"),
            arguments("half a surrogate", "{\"\\ud83c\": \"\\ud83c\"}"),
            arguments("many arrays", "{\"a\":[" + "[],".repeat(1_300_000) + "[]]}"),
            arguments("many objects", "{\"a\":[" + "{},".repeat(1_300_000) + "{}]}"),
            arguments("many numbers", "{\"a\":[" + "0,".repeat(2_000_000) + "0]}"),
            arguments(
                "many keys",
                IntStream.range(0, 300_000)
                    .mapToObj(i -> "\"k" + i + "\":1")
                    .collect(Collectors.joining(",", "{", "}"))),
            arguments("17 MB", "{\"a\": \"\"}" + " ".repeat(17_000_000)))
        .flatMap(text -> FILES.stream().map(name -> arguments(name, text.get()[0], text.get()[1])));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("hostileTexts")
  void aHostileTextIsRefused(String name, String what, String text) {
    boolean taken = open(text, name);
    // These are good JSON, and say nothing that generation settings have to say.
    if (name.equals("generation_config.json")) {
      return;
    }
    assertThat(taken).as(what).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {CONFIG, "generation_config.json", INDEX})
  void everyTruncation(String name) throws IOException {
    byte[] good = Files.readAllBytes(folder.resolve(name));
    int last = new String(good, StandardCharsets.UTF_8).stripTrailing().length();
    for (int length = 0; length < last; length += 1 + length / 40) {
      assertThat(open(Arrays.copyOf(good, length), name)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CONFIG, "generation_config.json", INDEX})
  void changedAndRandomBytes(String name) throws IOException {
    byte[] good = Files.readAllBytes(folder.resolve(name));
    Random random = new Random(20_261_125);
    for (int i = 0; i < 300; i++) {
      byte[] bytes = good.clone();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      open(bytes, name);
    }
    for (int i = 0; i < 100; i++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      assertThat(open(bytes, name)).isFalse();
    }
  }

  static List<String> absurdValues() {
    return List.of(
        "null",
        "true",
        "0",
        "-1",
        "1",
        "3",
        "2147483647",
        "2147483648",
        "-9223372036854775809",
        "9".repeat(900),
        "1.5",
        "1e308",
        "1e999",
        "-0.0",
        "1e-999",
        "\"\"",
        "\"64\"",
        "\"\\n\\u0000\"",
        "\"" + "x".repeat(100_000) + "\"",
        "[]",
        "[1, \"a\", null, [[]], -1]",
        "[" + "\"a\",".repeat(10_000) + "1]",
        "{}",
        "{\"type\": {\"rope_type\": []}}",
        "[".repeat(900) + "]".repeat(900));
  }

  @ParameterizedTest
  @MethodSource("absurdValues")
  void absurdValuesInEveryFieldOfTheConfiguration(String value) throws IOException {
    String good = Files.readString(folder.resolve(CONFIG));
    for (String line :
        good.lines().filter(line -> line.matches("  \"\\w+\": .*[^\\[{]")).toList()) {
      String changed = line.replaceFirst(": .*?(,?)$", ": VALUE$1").replace("VALUE", value);
      open(good.replace(line, changed), CONFIG);
    }
    open(
        good.replaceFirst("\\{", "{\"rope_parameters\": {\"rope_theta\": " + value + "},"), CONFIG);
    open(good.replaceFirst("\"Qwen2ForCausalLM\"", "VALUE").replace("VALUE", value), CONFIG);
    open("{\"eos_token_id\": " + value + "}", "generation_config.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"../model-00001-of-00003.safetensors\"",
        "\"/etc/passwd\"",
        "\"/tmp/x.safetensors\"",
        "\"a/b.safetensors\"",
        "\"a\\\\b.safetensors\"",
        "\"..\"",
        "\"\"",
        "\".safetensors\"",
        "\"model.safetensors\\n\"",
        "\"model\\u0000.safetensors\"",
        "\"https://example.org/x.safetensors\"",
        "\"missing.safetensors\"",
        "1",
        "null",
        "[\"x.safetensors\"]",
        "{}",
        "true"
      })
  void anIndexThatNamesNoFileBesideIt(String name) {
    assertThat(open("{\"weight_map\": {\"a\": " + name + "}}", INDEX)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null", "\"x\"", "1", "{}", "[{\"a\": \"b.safetensors\"}]"})
  void anIndexWithoutAMap(String map) {
    assertThat(open("{\"weight_map\": " + map + "}", INDEX)).isFalse();
  }

  @Test
  void longNamesOfFilesAndTensorsAreCut() {
    String shard = "model-00001-of-00003.safetensors";
    assertThat(
            open("{\"weight_map\": {\"" + "t\\n".repeat(10_000) + "\": \"" + shard + "\"}}", INDEX))
        .isFalse();
    assertThat(open("{\"weight_map\": {\"a\": \"" + "f".repeat(40_000) + ".safetensors\"}}", INDEX))
        .isFalse();
    String many =
        IntStream.range(0, 20_000)
            .mapToObj(i -> String.format(Locale.ROOT, "\"t%d\": \"f%d.safetensors\"", i, i))
            .collect(Collectors.joining(",", "{\"weight_map\": {", "}}"));
    assertThat(open(many, INDEX)).isFalse();
  }

  @Test
  void namesOfTensorsInTheFilesAreCut() {
    String name = "t\\n".repeat(10_000);
    String header = "{\"" + name + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}";
    assertThat(open(SpoiltFolder.file(header, new byte[0]), "model.safetensors")).isFalse();
  }

  /** These are read when a prompt is made; here they only go into the fingerprint. */
  @ParameterizedTest
  @ValueSource(strings = {"tokenizer.json", "tokenizer_config.json", "chat_template.json"})
  void filesOfTheTokenizerAreNotParsedHere(String name) {
    assertThat(open("[".repeat(100_000), name)).isTrue();
    assertThat(open(new byte[] {(byte) 0xff, 0, 1}, name)).isTrue();
  }
}
