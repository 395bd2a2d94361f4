package io.turnmill.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.model.EncoderHead.Classification;
import io.turnmill.model.EncoderHead.Embedding;
import io.turnmill.model.EncoderHead.Pooling;
import io.turnmill.model.EncoderHead.Scores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings as they are published, read as transformers reads them; no weights. */
class PublishedConfigTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/published");
  private static final JsonNode CONFIGS = json("configs.json");
  private static final JsonNode EXPECTED = json("expected.json");

  @TempDir Path temp;

  private static JsonNode json(String name) {
    return Json.readObject(GOLDEN.resolve(name));
  }

  static Stream<String> decoders() {
    return names().filter(name -> EXPECTED.path(name).has("kv_heads"));
  }

  static Stream<String> encoders() {
    return names().filter(name -> EXPECTED.has(name) && !EXPECTED.path(name).has("kv_heads"));
  }

  static Stream<String> known() {
    return names().filter(EXPECTED::has);
  }

  static Stream<String> respelt() {
    return names().filter(name -> CONFIGS.path(name).has("same as"));
  }

  private static Stream<String> names() {
    return StreamSupport.stream(((Iterable<String>) CONFIGS::fieldNames).spliterator(), false);
  }

  private ModelSpec read(String name) throws IOException {
    Path folder = folder(CONFIGS.path(name));
    return ModelConfigFile.read(folder, ModelConfigFile.json(folder));
  }

  private Path folder(JsonNode files) throws IOException {
    Path folder = Files.createTempDirectory(temp, "model");
    for (String file : (Iterable<String>) files::fieldNames) {
      if (file.endsWith(".json")) {
        Files.createDirectories(folder.resolve(file).getParent());
        new ObjectMapper().writeValue(folder.resolve(file).toFile(), files.path(file));
      }
    }
    return folder;
  }

  private DecoderSpec decoder(String name) throws IOException {
    ModelSpec spec = read(name);
    return spec instanceof EncoderSpec encoder
        ? ((EncoderSpec.Causal) encoder.blocks()).decoder()
        : (DecoderSpec) spec;
  }

  private EncoderSpec encoder(String name) throws IOException {
    return (EncoderSpec) read(name);
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void aDecoderIsReadAsTransformersReadsIt(String name) throws IOException {
    DecoderSpec spec = decoder(name);
    JsonNode expected = EXPECTED.path(name);
    assertThat(spec.vocabSize()).isEqualTo(expected.path("vocab").asInt());
    assertThat(spec.hiddenSize()).isEqualTo(expected.path("hidden").asInt());
    assertThat(spec.layers()).isEqualTo(expected.path("layers").asInt());
    assertThat(spec.attention().heads()).isEqualTo(expected.path("heads").asInt());
    assertThat(spec.attention().kvHeads()).isEqualTo(expected.path("kv_heads").asInt());
    assertThat(spec.attention().headDim()).isEqualTo(expected.path("head_dim").asInt());
    assertThat(spec.feedForward().activation()).isEqualTo(activation(expected));
    assertThat(spec.norms().eps()).isEqualTo(expected.path("eps").asDouble());
    assertThat(spec.rope().theta()).isEqualTo(expected.path("theta").asDouble());
    assertThat(spec.windowRope().theta())
        .isEqualTo(expected.path("window_theta").asDouble(spec.rope().theta()));
    checkScaling(spec.rope(), expected.path("scaling"));
    assertThat(new LinkedHashSet<>(spec.windows()))
        .containsExactlyInAnyOrderElementsOf(integers(expected.path("windows")));
    assertThat(spec.windows().stream().filter(window -> window > 0))
        .hasSize(expected.path("windowed").asInt());
    assertThat(spec.windows()).hasSize(spec.layers());
    assertThat(spec.embeddings().tied()).isEqualTo(expected.path("tied").asBoolean());
    assertThat(spec.tokens().eos())
        .containsExactlyInAnyOrderElementsOf(integers(expected.path("eos")));
  }

  private static void checkScaling(Rope rope, JsonNode expected) {
    double factor = expected.path("factor").asDouble();
    int original = expected.path("original").asInt();
    switch (expected.path("type").asText()) {
      case "default" -> assertThat(rope.scaling()).isEqualTo(new Rope.None());
      case "llama3" ->
          assertThat(rope.scaling()).isEqualTo(new Rope.Llama3(factor, 1, 4, original));
      case "yarn" ->
          assertThat(rope.scaling())
              .isEqualTo(
                  new Rope.Yarn(
                      factor, expected.path("attention_factor").asDouble(), 32, 1, true, original));
      default -> throw new AssertionError(expected);
    }
  }

  private static Activation activation(JsonNode expected) {
    return Activation.named(expected.path("activation").asText()).orElseThrow();
  }

  private static List<Integer> integers(JsonNode list) {
    List<Integer> integers = new ArrayList<>();
    list.forEach(number -> integers.add(number.asInt()));
    return integers;
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void anEncoderIsReadAsTransformersReadsIt(String name) throws IOException {
    EncoderSpec spec = encoder(name);
    JsonNode expected = EXPECTED.path(name);
    assertThat(spec.vocabSize()).isEqualTo(expected.path("vocab").asInt());
    assertThat(spec.hiddenSize()).isEqualTo(expected.path("hidden").asInt());
    assertThat(spec.layers()).isEqualTo(expected.path("layers").asInt());
    assertThat(spec.heads()).isEqualTo(expected.path("heads").asInt());
    assertThat(spec.blocks().activation()).isEqualTo(activation(expected));
    assertThat(spec.blocks().normEps()).isEqualTo(expected.path("eps").asDouble());
    if (spec.blocks() instanceof EncoderSpec.PreNorm blocks) {
      assertThat(blocks.globalRope()).isEqualTo(Rope.unscaled(expected.path("theta").asDouble()));
      assertThat(blocks.localRope())
          .isEqualTo(Rope.unscaled(expected.path("local_theta").asDouble()));
      assertThat(blocks.window()).isEqualTo(expected.path("window").asInt());
      assertThat(Stream.iterate(0, i -> i < spec.layers(), i -> i + 1).filter(blocks::global))
          .isEqualTo(integers(expected.path("global")));
    }
    if (spec.head() instanceof Classification head) {
      List<String> labels = new ArrayList<>();
      expected.path("labels").forEach(label -> labels.add(label.asText()));
      assertThat(head.labels()).isEqualTo(labels);
    }
  }

  /** What a model needs is there, and what else is there is known to have no effect. */
  @ParameterizedTest
  @MethodSource("known")
  void tensorsHaveTheNamesAndShapesThatTransformersGivesThem(String name) throws IOException {
    Map<String, List<Long>> all = new TreeMap<>();
    JsonNode tensors = EXPECTED.path(name).path("tensors");
    for (String key : (Iterable<String>) tensors::fieldNames) {
      List<Long> shape = new ArrayList<>();
      String range = "";
      for (JsonNode part : tensors.path(key)) {
        if (part.isTextual()) {
          range = part.asText();
        } else {
          shape.add(part.asLong());
        }
      }
      expand(key, range).forEach(tensor -> all.put(tensor, shape));
    }
    ModelSpec spec = read(name);
    Set<String> needed = new LinkedHashSet<>();
    for (Weight weight : ModelWeights.of(spec, all.keySet())) {
      assertThat(all).containsEntry(weight.storedName(), weight.storedShape());
      needed.add(weight.storedName());
    }
    assertThat(all.keySet().stream().filter(tensor -> !needed.contains(tensor)))
        .allMatch(tensor -> ModelWeights.harmless(tensor, spec, all.keySet()))
        .noneMatch(tensor -> tensor.contains("layer.") || tensor.contains("layers."));
  }

  private static List<String> expand(String key, String range) {
    if (range.isEmpty()) {
      return List.of(key);
    }
    List<String> names = new ArrayList<>();
    int dash = range.indexOf('-');
    int last = Integer.parseInt(range.substring(dash + 1));
    for (int i = Integer.parseInt(range.substring(0, dash)); i <= last; i++) {
      names.add(key.replace(".*.", "." + i + "."));
    }
    return names;
  }

  @ParameterizedTest
  @MethodSource("respelt")
  void theSpellingOfTransformers5SaysTheSame(String name) throws IOException {
    assertThat(read(name)).isEqualTo(read(CONFIGS.path(name).path("same as").asText()));
  }

  @Test
  void lengthsAreThoseThatTheModelsWereMadeFor() throws IOException {
    assertThat(read("Qwen2.5-7B-Instruct").maxPositions()).isEqualTo(32_768);
    assertThat(read("Qwen2.5-7B-Instruct with YaRN as documented").maxPositions())
        .isEqualTo(131_072);
    assertThat(read("Llama-3.1-8B-Instruct").maxPositions()).isEqualTo(131_072);
    assertThat(read("phi-4").maxPositions()).isEqualTo(16_384);
    assertThat(read("gemma-3-1b-it").maxPositions()).isEqualTo(32_768);
    assertThat(read("Mistral-Nemo-Base-2407").maxPositions()).isEqualTo(128_000);
    assertThat(read("roberta-base").maxPositions()).isEqualTo(512);
    assertThat(read("bge-m3").maxPositions()).isEqualTo(8192);
    assertThat(read("gte-modernbert-base").maxPositions()).isEqualTo(8192);
  }

  @Test
  void embeddersPoolAsTheirModulesSay() throws IOException {
    checkEmbedding("all-MiniLM-L6-v2", Pooling.MEAN, true, 384, 256);
    checkEmbedding("bge-m3", Pooling.CLS, true, 1024, 8192);
    checkEmbedding("multilingual-e5-small", Pooling.MEAN, true, 384, 512);
    checkEmbedding("multilingual-e5-base", Pooling.MEAN, true, 768, 512);
    checkEmbedding("gte-modernbert-base", Pooling.CLS, false, 768, 8192);
    checkEmbedding("Qwen3-Embedding-0.6B", Pooling.LAST_TOKEN, true, 1024, 32_768);
    checkEmbedding("bert-base-uncased", Pooling.MEAN, false, 768, 512);
    assertThat(encoder("Qwen3-Embedding-0.6B").head().texts().prompts())
        .containsOnlyKeys("query", "document");
  }

  private void checkEmbedding(
      String name, Pooling pooling, boolean normalize, int width, int maxTokens)
      throws IOException {
    Embedding head = (Embedding) encoder(name).head();
    assertThat(head.poolings()).as(name).containsExactly(pooling);
    assertThat(head.normalize()).as(name).isEqualTo(normalize);
    assertThat(head.width()).as(name).isEqualTo(width);
    assertThat(head.texts().maxTokens()).as(name).isEqualTo(maxTokens);
  }

  @Test
  void scoresEndAsTheirModelsSay() throws IOException {
    checkScores("distilbert-base-uncased-finetuned-sst-2-english", Scores.SOFTMAX, 512);
    checkScores("twitter-roberta-base-sentiment-latest", Scores.SOFTMAX, 512);
    checkScores("bge-reranker-base", Scores.SIGMOID, 512);
    checkScores("bge-reranker-v2-m3", Scores.SIGMOID, 8192);
    checkScores("ms-marco-MiniLM-L-6-v2", Scores.IDENTITY, 512);
  }

  private void checkScores(String name, Scores scores, int maxTokens) throws IOException {
    Classification head = (Classification) encoder(name).head();
    assertThat(head.scores()).as(name).isEqualTo(scores);
    assertThat(head.texts().maxTokens()).as(name).isEqualTo(maxTokens);
  }
}
