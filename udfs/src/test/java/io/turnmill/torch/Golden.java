package io.turnmill.torch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.model.ModelFolder;
import io.turnmill.token.TokenIds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What transformers says of a tiny model: see {@code golden/qwen2/ORIGIN.md}. */
record Golden(String name, Path folder, List<TokenIds> prompts, List<TokenIds> greedy) {

  /** Greatest allowed difference of a float32 score to transformers'. */
  static final float FLOAT32_TOLERANCE = 1e-4f;

  /**
   * The same for bfloat16 and float16, as a share of the greatest score of the golden: three and
   * ten bits of mantissa less than float32, gathered over up to four layers.
   */
  static final float BFLOAT16_TOLERANCE = 0.05f;

  static final float FLOAT16_TOLERANCE = 0.01f;

  static final List<String> NAMES =
      List.of("tied-f32", "untied-bf16-sharded", "ungrouped-f16", "wide-bf16");

  static Stream<Golden> all() {
    return NAMES.stream().map(Golden::named);
  }

  static Golden named(String name) {
    Path folder = Path.of("src/test/resources/golden/qwen2").resolve(name);
    try {
      JsonNode expected = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
      return new Golden(
          name, folder, lists(expected.path("prompts")), lists(expected.path("greedy")));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  ModelFolder model() {
    return ModelFolder.open(folder.resolve("model"));
  }

  /** Scores of every prompt in turn: [prompt][token][vocabulary]. */
  List<float[][]> logits() {
    ByteBuffer numbers = floats("logits.f32");
    return prompts.stream().map(prompt -> next(numbers, prompt.size())).toList();
  }

  /** Scores of the first prompt followed by its continuation. */
  float[][] replay() {
    return next(floats("replay.f32"), replayed().size());
  }

  TokenIds replayed() {
    return prompts.get(0).concat(greedy.get(0));
  }

  private float[][] next(ByteBuffer numbers, int tokens) {
    float[][] scores = new float[tokens][model().spec().vocabSize()];
    for (float[] row : scores) {
      for (int i = 0; i < row.length; i++) {
        row[i] = numbers.getFloat();
      }
    }
    return scores;
  }

  private ByteBuffer floats(String file) {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(folder.resolve(file)))
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<TokenIds> lists(JsonNode lists) {
    List<TokenIds> ids = new ArrayList<>();
    for (JsonNode list : lists) {
      ids.add(
          TokenIds.of(
              StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::asInt).toArray()));
    }
    return ids;
  }

  @Override
  public String toString() {
    return name;
  }
}
