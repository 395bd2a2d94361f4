package io.turnmill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.engine.ForwardPass.OutOfMemory;
import io.turnmill.engine.TextBatch;
import io.turnmill.model.EncoderHead;
import io.turnmill.model.EncoderSpec;
import io.turnmill.model.ModelException;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.ScriptedSpec;
import io.turnmill.runtime.TextEncoder.Text;
import io.turnmill.token.Encoded;
import io.turnmill.token.TextTokenizer;
import io.turnmill.token.TokenIds;
import io.turnmill.token.hf.HuggingFaceTextTokenizer;
import io.turnmill.torch.EncoderGolden;
import io.turnmill.torch.Precision;
import io.turnmill.torch.Quantization;
import io.turnmill.torch.TorchOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
      EncoderTexts texts = new EncoderTexts(head, tokenizer);
      boolean typed = golden.model().spec().architecture().equals("bert");
      for (EncoderGolden.Input input : golden.inputs()) {
        // Nor were they stripped of their white space.
        Encoded encoded = tokenizer.encode(input.text(), input.pair());
        TextBatch.Row row =
            golden.kind().equals("hidden")
                ? new TextBatch.Row(encoded.ids(), encoded.types(), 0)
                : texts.row(input.text(), input.pair(), input.promptName());
        assertThat(row.ids()).isEqualTo(input.ids());
        if (typed) { // elsewhere nothing looks at them
          assertThat(row.types()).isEqualTo(input.types());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("heads")
  void textsBecomeTheVectorsOfTheReference(EncoderGolden golden) throws OutOfMemory {
    Precision precision =
        golden.model().spec() instanceof ScriptedSpec ? Precision.AUTO : Precision.FLOAT32;
    TorchOptions options = TorchOptions.of(precision, Quantization.NONE, 1, "cpu");
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
          List<float[]> vectors = encoder.encode(texts, prompt);
          for (int i = 0; i < chosen.size(); i++) {
            assertClose(vectors.get(i), expected(golden, chosen.get(i)));
          }
        }
      }
    }
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
    TorchOptions options = TorchOptions.of(Precision.FLOAT32, Quantization.NONE, 1, "cpu");
    ModelFolder model = EncoderGolden.named("xlm-roberta-cls").model();
    try (TextEncoder encoder = TextEncoder.load(model, options, 64)) {
      assertThatThrownBy(
              () -> encoder.encode(List.of(new Text("a", Optional.empty())), Optional.of("title")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the model has no prompt named 'title'; it has [document, query]");
    }
  }

  @Test
  void paddingCountsInABatchWhereRowsArePadded() {
    int[] lengths = {2, 2, 3, 10, 30};
    assertThat(TextEncoder.end(lengths, 0, 17, false)).isEqualTo(4);
    assertThat(TextEncoder.end(lengths, 0, 17, true)).isEqualTo(3);
    assertThat(TextEncoder.end(lengths, 3, 17, true)).isEqualTo(4);
    assertThat(TextEncoder.end(lengths, 4, 17, true)).as("goes alone").isEqualTo(5);
    assertThat(TextEncoder.end(new int[] {1 << 30, 1 << 30, 1 << 30}, 0, 1 << 30, true)).isOne();
  }

  @Test
  void aTextWithoutATokenIsRefusedBeforeItReachesAModel() {
    EncoderHead head = head(EncoderGolden.named("bert-max").model());
    EncoderTexts texts = new EncoderTexts(head, new NoTokens());
    assertThatThrownBy(() -> texts.row(" ", Optional.empty(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the text has no token");
  }

  /** A tokenizer that puts nothing around a text. */
  private record NoTokens() implements TextTokenizer {
    @Override
    public Encoded encode(String text, Optional<String> pair) {
      return new Encoded(TokenIds.of(), TokenIds.of());
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
    public void close() {}
  }

  @Test
  void aModelThatWritesTextIsNoEncoder() {
    ModelFolder model =
        ModelFolder.open(Path.of("src/test/resources/golden/decoders/qwen2-tied-f32/model"));
    assertThatThrownBy(() -> TextEncoder.load(model, TorchOptions.DEFAULTS, 64))
        .isInstanceOf(ModelException.class)
        .hasMessageEndingWith("a model of type qwen2 writes text; it is no encoder.");
  }

  private static EncoderHead head(ModelFolder folder) {
    return folder.spec() instanceof EncoderSpec encoder
        ? encoder.head()
        : ((ScriptedSpec) folder.spec()).head();
  }
}
