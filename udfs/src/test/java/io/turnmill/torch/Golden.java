package io.turnmill.torch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.model.ModelFolder;
import io.turnmill.testing.ReferenceSampler;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What transformers says of a tiny decoder, with or without an adapter: see {@code
 * golden/decoders/ORIGIN.md} and {@code golden/lora/ORIGIN.md}.
 *
 * @param greedy continuations, with the keys of earlier steps kept as they were
 */
record Golden(
    String name, Path folder, ModelFolder model, List<TokenIds> prompts, List<TokenIds> greedy) {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  /** Greatest allowed difference of a float32 score to transformers'. */
  static final float FLOAT32_TOLERANCE = 1e-4f;

  /**
   * The same for bfloat16 and float16, as a share of the greatest score of the golden: three and
   * ten bits of mantissa less than float32, gathered over up to four layers.
   */
  static final float BFLOAT16_TOLERANCE = 0.1f;

  static final float FLOAT16_TOLERANCE = 0.01f;

  /** Every decoder. */
  static Stream<Golden> all() {
    return names(GOLDEN.resolve("decoders")).map(Golden::named);
  }

  /** Every decoder with an adapter. */
  static Stream<Golden> adapted() {
    return names(GOLDEN.resolve("lora"))
        .filter(name -> expected(GOLDEN.resolve("lora").resolve(name)).has("greedy"))
        .map(Golden::withAdapter);
  }

  static Golden named(String name) {
    Path folder = GOLDEN.resolve("decoders").resolve(name);
    return of(name, folder, ModelFolder.open(folder.resolve("model")));
  }

  static Golden withAdapter(String name) {
    Path folder = GOLDEN.resolve("lora").resolve(name);
    Path base = GOLDEN.resolve("decoders").resolve(expected(folder).path("base").asText());
    Optional<Path> adapter = Optional.of(folder.resolve("adapter"));
    return of(name, folder, ModelFolder.open(base.resolve("model"), adapter));
  }

  private static Golden of(String name, Path folder, ModelFolder model) {
    JsonNode expected = expected(folder);
    String greedy = expected.has("greedy_cached") ? "greedy_cached" : "greedy";
    return new Golden(
        name, folder, model, lists(expected.path("prompts")), lists(expected.path(greedy)));
  }

  /** What the reference implementation said. */
  static JsonNode expected(Path folder) {
    try {
      return new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> names(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(Files::isDirectory)
          .map(child -> child.getFileName().toString())
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Scores of every prompt in turn: [prompt][token][vocabulary]. */
  List<float[][]> logits() {
    ByteBuffer numbers = floats("logits.f32");
    return prompts.stream().map(prompt -> next(numbers, prompt.size())).toList();
  }

  /** Scores of the first prompt followed by its continuation, as one whole. */
  float[][] replay() {
    return next(floats("replay.f32"), replayed().size());
  }

  /** The same where each token came when the ones before it had been computed. */
  float[][] grown() {
    boolean differs = Files.exists(folder.resolve("replay_cached.f32"));
    return next(floats(differs ? "replay_cached.f32" : "replay.f32"), grownIds().size());
  }

  /** The log-probabilities of tokens {@code from} to {@code to} of a text, by its scores. */
  static List<Float> logprobs(TokenIds ids, float[][] scores, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(t -> (float) ReferenceSampler.logprob(scores[t - 1], ids.get(t)))
        .toList();
  }

  TokenIds replayed() {
    return prompts.get(0).concat(lists(expected(folder).path("greedy")).get(0));
  }

  TokenIds grownIds() {
    return prompts.get(0).concat(greedy.get(0));
  }

  private float[][] next(ByteBuffer numbers, int tokens) {
    float[][] scores = new float[tokens][model.spec().vocabSize()];
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
