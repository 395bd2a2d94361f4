package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.inference.Metric;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.TextRow;
import io.turnmill.model.EncoderHead;
import io.turnmill.model.EncoderSpec;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.ScriptedSpec;
import io.turnmill.runtime.TextEncoder.Text;
import io.turnmill.testing.OneByOne;
import io.turnmill.testing.SpoiltFolder;
import io.turnmill.testing.TestDevice;
import io.turnmill.token.AddedToken;
import io.turnmill.token.Encoded;
import io.turnmill.token.TextTokenizer;
import io.turnmill.token.TokenIds;
import io.turnmill.token.hf.HuggingFaceTextTokenizer;
import io.turnmill.torch.EncoderGolden;
import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchEncoder;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoders from texts on: preparation, tokens, vectors, against the reference libraries. */
class TextEncoderTest {
  private static final double TOLERANCE = 1e-4;

  static Stream<EncoderGolden> goldens() {
    return EncoderGolden.all();
  }

  static Stream<EncoderGolden> heads() {
    return EncoderGolden.all().filter(golden -> !golden.kind().equals("hidden"));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void textsBecomeTheTokensThatTheReferenceSees(EncoderGolden golden) {
    EncoderHead head = head(golden.model());
    // States were recorded of whole texts.
    int longest = golden.kind().equals("hidden") ? 4096 : head.texts().maxTokens();
    try (var tokenizer = HuggingFaceTextTokenizer.load(golden.model().tokenizerFile(), longest)) {
      EncoderTexts texts = new EncoderTexts(head, tokenizer, longest);
      boolean typed = golden.model().spec().architecture().equals("bert");
      for (EncoderGolden.Input input : golden.inputs()) {
        // Nor were they stripped of their white space.
        Encoded encoded = tokenizer.encode(input.text(), input.pair());
        TextRow row =
            golden.kind().equals("hidden")
                ? new TextRow(encoded.ids(), encoded.types(), 0)
                : texts.request(input.text(), input.pair(), input.promptName()).row();
        assertThat(row.ids()).isEqualTo(input.ids());
        if (typed) { // elsewhere nothing looks at them
          assertThat(row.types()).isEqualTo(input.types());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("heads")
  void textsBecomeTheVectorsOfTheReference(EncoderGolden golden) {
    Precision precision =
        golden.model().spec() instanceof ScriptedSpec ? Precision.AUTO : Precision.FLOAT32;
    TorchOptions options = TorchOptions.of(precision, Quantization.NONE, 1, TestDevice.NAME);
    for (int maxBatchedTokens : new int[] {4096, 64, 1}) {
      try (TextEncoder encoder = TextEncoder.load(golden.model(), options, maxBatchedTokens)) {
        for (Optional<String> prompt :
            golden.inputs().stream().map(i -> i.promptName()).distinct().toList()) {
          List<Integer> chosen =
              IntStream.range(0, golden.inputs().size())
                  .filter(i -> golden.inputs().get(i).promptName().equals(prompt))
                  .boxed()
                  .toList();
          List<Text> texts =
              chosen.stream()
                  .map(i -> new Text(golden.inputs().get(i).text(), golden.inputs().get(i).pair()))
                  .toList();
          List<float[]> vectors = vectors(encoder, texts, prompt);
          for (int i = 0; i < chosen.size(); i++) {
            assertClose(vectors.get(i), expected(golden, chosen.get(i)));
          }
        }
      }
    }
  }

  /** With a reference that knows neither batches nor the engine. */
  @ParameterizedTest
  @ValueSource(strings = {"bert-classifier", "modernbert-cls", "qwen3-embedding"})
  void tasksTogetherGetWhatEachTextGivesAlone(String name) throws Exception {
    EncoderGolden golden = EncoderGolden.named(name);
    TorchOptions options =
        TorchOptions.of(Precision.FLOAT32, Quantization.NONE, 1, TestDevice.NAME);
    List<Text> texts =
        golden.inputs().stream().map(input -> new Text(input.text(), input.pair())).toList();
    List<float[]> alone = new ArrayList<>();
    int longest = head(golden.model()).texts().maxTokens();
    try (var tokenizer = HuggingFaceTextTokenizer.load(golden.model().tokenizerFile(), longest);
        var reference = new OneByOne(TorchEncoder.load(golden.model(), options))) {
      EncoderTexts rows = new EncoderTexts(head(golden.model()), tokenizer, longest);
      for (Text text : texts) {
        TextRow row = rows.request(text.text(), text.pair(), Optional.empty()).row();
        alone.add(((Outcome.Vector) reference.run(row)).values());
      }
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (TextEncoder encoder = TextEncoder.load(golden.model(), options, 100)) {
      List<Future<?>> tasks = new ArrayList<>();
      for (int task = 0; task < 4; task++) {
        int step = 2 * task + 1; // each its own order
        tasks.add(threads.submit(() -> assertOrderAndVectors(encoder, texts, alone, step)));
      }
      for (Future<?> task : tasks) {
        task.get();
      }
      assertThat(encoder.backend().metrics().get(Metric.VECTORS)).isEqualTo(4L * 3 * texts.size());
    } finally {
      threads.shutdownNow();
    }
  }

  private static void assertOrderAndVectors(
      TextEncoder encoder, List<Text> texts, List<float[]> alone, int step) {
    List<Integer> order =
        IntStream.range(0, 3 * texts.size()).map(i -> i * step % texts.size()).boxed().toList();
    try (EncodedTexts<Integer> results =
        encoder.encode(order.iterator(), texts::get, Optional.empty())) {
      for (int expected : order) {
        EncodedTexts.Result<Integer> result = results.next();
        assertThat(result.key()).isEqualTo(expected);
        assertClose(((Outcome.Vector) result.outcome()).values(), alone.get(expected));
      }
      assertThat(results.hasNext()).isFalse();
    }
  }

  private static List<float[]> vectors(
      TextEncoder encoder, List<Text> texts, Optional<String> prompt) {
    List<float[]> vectors = new ArrayList<>();
    try (EncodedTexts<Text> results = encoder.encode(texts.iterator(), text -> text, prompt)) {
      results.forEachRemaining(
          result -> {
            assertThat(result.key()).isSameAs(texts.get(vectors.size()));
            vectors.add(((Outcome.Vector) result.outcome()).values());
          });
    }
    return vectors;
  }

  private static float[] expected(EncoderGolden golden, int input) {
    return golden.kind().equals("scores")
        ? golden.probabilities().get(input)
        : golden.outputs().get(input)[0];
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double dot = 0;
    double lengths = 0;
    double other = 0;
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) Math.abs(actual[i] - expected[i])).isLessThan(TOLERANCE);
      dot += (double) actual[i] * expected[i];
      lengths += (double) actual[i] * actual[i];
      other += (double) expected[i] * expected[i];
    }
    if (expected.length > 1) {
      assertThat(dot / Math.sqrt(lengths * other)).isGreaterThan(0.9999);
    }
  }

  @ParameterizedTest
  @MethodSource("heads")
  void labelsAreNamed(EncoderGolden golden) {
    if (head(golden.model()) instanceof EncoderHead.Classification classification) {
      assertThat(classification.labels()).isEqualTo(golden.labels());
    }
  }

  @Test
  void aPromptThatIsNotThereIsNamed() {
    TorchOptions options =
        TorchOptions.of(Precision.FLOAT32, Quantization.NONE, 1, TestDevice.NAME);
    ModelFolder model = EncoderGolden.named("xlm-roberta-cls").model();
    try (TextEncoder encoder = TextEncoder.load(model, options, 64)) {
      assertThatThrownBy(
              () ->
                  encoder.encode(
                      Collections.emptyIterator(), (Text text) -> text, Optional.of("title")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the model has no prompt named 'title'; it has [document, query]");
    }
  }

  @Test
  void anUnusedHeadIsAFactAndATokenWithoutARowIsAWarning(@TempDir Path temp) {
    SpoiltFolder folder =
        SpoiltFolder.copyOf(
            EncoderGolden.named("bert-hidden").model().path(), temp.resolve("model"));
    ModelInspection inspection = ModelInspection.of(folder.path(), Optional.empty());
    assertThat(inspection.warnings()).isEmpty();
    assertThat(inspection.facts())
        .containsEntry("not used", "pooler.dense.bias, pooler.dense.weight");

    folder.replace(
        "tokenizer.json",
        "\"added_tokens\":[",
        "\"added_tokens\":[{\"id\":298,\"content\":\"[NEW]\",\"single_word\":false,\"lstrip\":false,"
            + "\"rstrip\":false,\"normalized\":false,\"special\":true},");
    TorchOptions options =
        TorchOptions.of(Precision.FLOAT32, Quantization.NONE, 1, TestDevice.NAME);
    try (TextEncoder encoder = TextEncoder.load(ModelFolder.open(folder.path()), options, 64)) {
      assertThat(encoder.warnings())
          .containsExactly(
              folder.path().resolve("tokenizer.json")
                  + ": 1 added token lies beyond the 298 rows of the embedding (298 [NEW]); a text"
                  + " that has one gets no vector but TOKEN_OUT_OF_VOCABULARY.");
    }
  }

  @Test
  void aTextMayHaveNoToken() {
    EncoderHead head = head(EncoderGolden.named("bert-max").model());
    EncoderTexts texts = new EncoderTexts(head, new NoTokens(), 8);
    assertThat(texts.request(" ", Optional.empty(), Optional.empty()).row().ids().isEmpty())
        .isTrue();
  }

  /** A tokenizer that puts nothing around a text. */
  private record NoTokens() implements TextTokenizer {
    @Override
    public Encoded encode(String text, Optional<String> pair) {
      return new Encoded(TokenIds.of(), TokenIds.of(), 0);
    }

    @Override
    public Encoded encodeWhole(String text, Optional<String> pair) {
      return encode(text, pair);
    }

    @Override
    public int promptTokens(String prompt) {
      return 0;
    }

    @Override
    public int vocabSize() {
      return 1;
    }

    @Override
    public int modelVocabSize() {
      return 1;
    }

    @Override
    public List<AddedToken> addedTokens() {
      return List.of();
    }

    @Override
    public void close() {}
  }

  @Test
  void aModelThatWritesTextIsNoEncoder() {
    ModelFolder model =
        ModelFolder.open(Path.of("src/test/resources/golden/decoders/qwen2-tied-f32/model"));
    assertThatThrownBy(() -> TextEncoder.load(model, TorchOptions.DEFAULTS, 64))
        .isInstanceOf(ModelException.class)
        .hasMessageEndingWith("a model of type qwen2 writes text; it is not an encoder.");
  }

  private static EncoderHead head(ModelFolder folder) {
    return folder.spec() instanceof EncoderSpec encoder
        ? encoder.head()
        : ((ScriptedSpec) folder.spec()).head();
  }
}
