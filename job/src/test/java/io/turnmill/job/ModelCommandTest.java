package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.CommandForTests;
import io.turnmill.testing.SpoiltFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code model inspect} and {@code model encode}, on real folders. */
class ModelCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CHAT_MINI = "../samples/models/chat-mini";
  private static final Path GOLDEN = Path.of("../udfs/src/test/resources/golden");

  private final CommandForTests turnmill = new CommandForTests();

  @TempDir Path temp;

  @Test
  void aDecoderIsShownWithShapeMemoryTemplateAndTokens() {
    assertThat(turnmill.run("model", "inspect", CHAT_MINI)).isEqualTo(ExitCode.OK);
    assertThat(turnmill.out().lines())
        .contains(
            "family            qwen2 (decoder: writes text)",
            "parameters        5,264,640, 11 MB as BF16 in 1 file",
            "shape             5 layers, hidden 256, feed-forward 704 (silu)",
            "attention         4 query heads on 2 key-value heads of 64, biases; every layer sees the"
                + " whole sequence",
            "positions         rotary, base 10,000, up to 2,048 tokens",
            "output layer      the embeddings",
            "The model can be used.")
        .anyMatch(line -> line.startsWith("end of sequence") && line.contains("<|im_end|>"))
        .anyMatch(line -> line.startsWith("chat templates    default ("))
        .anyMatch(line -> line.startsWith("cache") && line.contains(" for each token in "))
        .anyMatch(line -> line.matches("fingerprint       [0-9a-f]{64}"));
    assertThat(turnmill.err()).isEmpty();
  }

  @Test
  void scalingsWindowsAndAdaptersAreShown() {
    turnmill.run("model", "inspect", golden("decoders/llama-yarn-mscale"));
    turnmill.run("model", "inspect", golden("decoders/qwen2-sliding"));
    turnmill.run(
        "model",
        "inspect",
        golden("decoders/qwen2-tied-f32"),
        "--adapter",
        GOLDEN.resolve("lora/all-linear/adapter").toString());
    assertThat(turnmill.printed())
        .contains("YaRN scaling by ")
        .contains("a window of 8 tokens in layers 2 3")
        .contains("adapter, changes 14 tensors");
  }

  @Test
  void anEncoderIsShownWithItsHead() {
    assertThat(turnmill.run("model", "inspect", golden("encoders/xlm-roberta-cls")))
        .isEqualTo(ExitCode.OK);
    assertThat(turnmill.out().lines())
        .contains("family            xlm-roberta (encoder: embeds)")
        .anyMatch(line -> line.matches("embedding +\\d+ numbers: cls, of length 1"))
        .contains("prompts           [document, query], default document");
    turnmill.run("model", "inspect", golden("encoders/roberta-multi-label"));
    assertThat(turnmill.out()).contains("scores            sigmoid");
  }

  @Test
  void whatIsNotSupportedIsNamedAndTheExitCodeSaysSo() throws IOException {
    Path folder = copy(GOLDEN.resolve("decoders/qwen2-tied-f32/model"));
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"rope_scaling\": null", "\"rope_scaling\": {\"type\": \"longrope\"}")
            .replace("Qwen2ForCausalLM", "Qwen2ForTokenClassification"));
    assertThat(turnmill.run("model", "inspect", folder.toString())).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.out().lines()).contains("model_type        qwen2");
    assertThat(turnmill.err())
        .startsWith("The model cannot be used:")
        .contains("architecture \"Qwen2ForTokenClassification\"")
        .contains("rope_scaling of type \"longrope\"");
  }

  @Test
  void aFolderThatIsNotThereIsOneSentence() {
    assertThat(turnmill.run("model", "inspect", temp.resolve("none").toString()))
        .isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err()).contains("none: no such folder.");
  }

  @Test
  void factsComeAsJsonToo() throws IOException {
    assertThat(turnmill.run("model", "inspect", "--json", CHAT_MINI)).isEqualTo(ExitCode.OK);
    JsonNode json = JSON.readTree(turnmill.out());
    assertThat(json.path("facts").path("family").asText())
        .isEqualTo("qwen2 (decoder: writes text)");
    assertThat(json.path("problems")).isEmpty();
  }

  @Test
  void embeddingsAreThoseOfTheReference() throws IOException {
    Path golden = GOLDEN.resolve("encoders/distilbert-mean");
    JsonNode expected = JSON.readTree(golden.resolve("expected.json").toFile());
    Path texts = temp.resolve("texts.jsonl");
    StringBuilder file = new StringBuilder();
    expected.path("inputs").forEach(input -> file.append(input.path("text")).append('\n'));
    Files.writeString(texts, file);

    ExitCode code =
        turnmill.run(
            "model",
            "encode",
            golden.resolve("model").toString(),
            "--texts",
            texts.toString(),
            "--dtype",
            "float32");

    assertThat(code).isEqualTo(ExitCode.OK);
    ByteBuffer numbers =
        ByteBuffer.wrap(Files.readAllBytes(golden.resolve("outputs.f32")))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (String line : turnmill.out().lines().toList()) {
      for (JsonNode number : JSON.readTree(line).path("embedding")) {
        assertThat(number.floatValue()).isCloseTo(numbers.getFloat(), within(1e-4f));
      }
    }
    assertThat(numbers.hasRemaining()).isFalse();
  }

  @Test
  void scoresComeByLabel() throws IOException {
    turnmill.run(
        "model",
        "encode",
        golden("encoders/bert-classifier"),
        "--adapter",
        GOLDEN.resolve("lora/classifier/adapter").toString(),
        "--text=hello",
        "--dtype=float32",
        "--quantization=int8");
    JsonNode scores = JSON.readTree(turnmill.out()).path("scores");
    assertThat(scores).hasSize(3);
    double sum = 0;
    for (JsonNode score : scores) {
      sum += score.doubleValue();
    }
    assertThat(sum).isCloseTo(1, within(1e-5));
  }

  @Test
  void anEncoderThatIsUsedWarnsOfATokenWithoutARow() {
    SpoiltFolder folder =
        SpoiltFolder.copyOf(GOLDEN.resolve("encoders/bert-hidden/model"), temp.resolve("model"));
    assertThat(turnmill.run("model", "encode", folder.path().toString(), "--text=a"))
        .isEqualTo(ExitCode.OK);
    assertThat(turnmill.err()).isEmpty();
    folder.replace(
        "tokenizer.json",
        "\"added_tokens\":[",
        "\"added_tokens\":[{\"id\":298,\"content\":\"[NEW]\",\"single_word\":false,\"lstrip\":false,"
            + "\"rstrip\":false,\"normalized\":false,\"special\":true},");
    assertThat(turnmill.run("model", "encode", folder.path().toString(), "--text=a"))
        .isEqualTo(ExitCode.OK);
    assertThat(turnmill.err())
        .startsWith("Warning: " + folder.path().resolve("tokenizer.json"))
        .contains("298 [NEW]");
  }

  @Test
  void aModelThatWritesTextEncodesNothing() {
    assertThat(turnmill.run("model", "encode", CHAT_MINI, "--text=a")).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err()).contains("a model of type qwen2 writes text; it is no encoder.");
  }

  @Test
  void wrongTextsAreNamedByTheirLine() throws IOException {
    Path texts = Files.writeString(temp.resolve("t"), "\"a\"\n{\"text\": 1}\n");
    turnmill.run("model", "encode", golden("encoders/bert-max"), "--texts", texts.toString());
    assertThat(turnmill.err()).contains("line 2 of " + texts + " holds no text.");
    turnmill.run("model", "encode", golden("encoders/bert-max"));
    assertThat(turnmill.err()).contains("Nothing to encode: give --text or --texts.");
    turnmill.run("model", "encode", golden("encoders/bert-max"), "--text=a", "--prompt=title");
    assertThat(turnmill.err()).contains("--prompt: the model has no prompt named 'title'");
  }

  private static String golden(String name) {
    return GOLDEN.resolve(name).resolve("model").toString();
  }

  private Path copy(Path folder) throws IOException {
    Path copy = Files.createDirectory(temp.resolve("copy"));
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }
}
