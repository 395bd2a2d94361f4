package io.turnmill.torch;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.inference.TextRow;
import io.turnmill.model.ModelFolder;
import io.turnmill.token.TokenIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What transformers, sentence-transformers or peft say of an encoder: see {@code ORIGIN.md} in
 * {@code golden/encoders}, {@code golden/lora}, {@code golden/torchscript}, {@code
 * golden/sample-encoders} and {@code golden/artifact}.
 *
 * @param kind {@code hidden}, {@code scores} or {@code embedding}
 */
public record EncoderGolden(
    String name, Path folder, ModelFolder model, String kind, int width, List<Input> inputs) {
  /** From the folder of any module. */
  private static final Path GOLDEN = Path.of("../udfs/src/test/resources/golden");

  private static final Path SAMPLE_MODELS = Path.of("../samples/models");

  /** One text or pair, and its ids. */
  public record Input(
      String text,
      Optional<String> pair,
      TokenIds ids,
      TokenIds types,
      Optional<String> promptName) {}

  public static Stream<EncoderGolden> all() {
    return Stream.concat(
        Stream.concat(plain("encoders"), plain("torchscript")),
        Stream.of(withAdapter("classifier"), sample("topic-mini"), sample("embed-mini")));
  }

  private static Stream<EncoderGolden> plain(String group) {
    try (Stream<Path> folders = Files.list(GOLDEN.resolve(group))) {
      return folders
          .filter(Files::isDirectory)
          .sorted()
          .map(folder -> of(folder, ModelFolder.open(folder.resolve("model"))))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static EncoderGolden named(String name) {
    Path folder = GOLDEN.resolve("encoders").resolve(name);
    return of(folder, ModelFolder.open(folder.resolve("model")));
  }

  /** One of the sample models. */
  public static EncoderGolden sample(String name) {
    Path folder = GOLDEN.resolve("sample-encoders").resolve(name);
    return of(folder, ModelFolder.open(SAMPLE_MODELS.resolve(name)));
  }

  /**
   * A published encoder, whose folder is not among the goldens: see {@code ORIGIN.md} in {@code
   * golden/artifact}.
   */
  public static EncoderGolden published(String name, Path model) {
    return of(GOLDEN.resolve("artifact").resolve(name), ModelFolder.open(model));
  }

  private static EncoderGolden withAdapter(String name) {
    Path folder = GOLDEN.resolve("lora").resolve(name);
    Path base = GOLDEN.resolve("encoders").resolve(Golden.expected(folder).path("base").asText());
    Optional<Path> adapter = Optional.of(folder.resolve("adapter"));
    return of(folder, ModelFolder.open(base.resolve("model"), adapter));
  }

  private static EncoderGolden of(Path folder, ModelFolder model) {
    JsonNode expected = Golden.expected(folder);
    List<Input> inputs = new ArrayList<>();
    for (JsonNode input : expected.path("inputs")) {
      inputs.add(
          new Input(
              input.path("text").asText(),
              Optional.ofNullable(input.path("pair").textValue()),
              ids(input.path("ids")),
              ids(input.path("types")),
              Optional.ofNullable(input.path("prompt_name").textValue())));
    }
    return new EncoderGolden(
        folder.getFileName().toString(),
        folder,
        model,
        expected.path("kind").asText(),
        expected.path("width").asInt(),
        inputs);
  }

  private static TokenIds ids(JsonNode list) {
    return TokenIds.of(
        StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::asInt).toArray());
  }

  /** The row of an input whose prompt counts in the pooling. */
  TextRow row(Input input) {
    return new TextRow(input.ids(), input.types(), 0);
  }

  /** For each input [tokens][width] states, or [1][width]. */
  public List<float[][]> outputs() {
    try {
      ByteBuffer numbers =
          ByteBuffer.wrap(Files.readAllBytes(folder.resolve("outputs.f32")))
              .order(ByteOrder.LITTLE_ENDIAN);
      List<float[][]> outputs = new ArrayList<>();
      for (Input input : inputs) {
        float[][] rows = new float[kind.equals("hidden") ? input.ids().size() : 1][width];
        for (float[] row : rows) {
          numbers.asFloatBuffer().get(row);
          numbers.position(numbers.position() + Float.BYTES * row.length);
        }
        outputs.add(rows);
      }
      return outputs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For each input the scores after their activation. */
  public List<float[]> probabilities() {
    List<float[]> all = new ArrayList<>();
    for (JsonNode row : Golden.expected(folder).path("probabilities")) {
      float[] scores = new float[row.size()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = row.path(i).floatValue();
      }
      all.add(scores);
    }
    return all;
  }

  public List<String> labels() {
    List<String> labels = new ArrayList<>();
    Golden.expected(folder).path("labels").forEach(label -> labels.add(label.asText()));
    return labels;
  }

  @Override
  public String toString() {
    return name;
  }
}
