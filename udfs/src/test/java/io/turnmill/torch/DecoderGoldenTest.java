package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import io.turnmill.model.DecoderSpec;
import io.turnmill.testing.TestDevice;
import io.turnmill.token.TokenIds;
import io.turnmill.torch.source.AttentionKernel;
import io.turnmill.torch.source.DecoderSource;
import io.turnmill.torch.source.LinearKernel;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The forward pass against transformers: scores and greedy replies of tiny random decoders, and of
 * some with an adapter against peft.
 */
class DecoderGoldenTest {

  static Stream<Golden> goldens() {
    return Stream.concat(Golden.all(), Golden.adapted());
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void scoresEqualThoseOfTransformers(Golden golden) {
    try (Runner runner = Runner.of(golden)) {
      for (int i = 0; i < golden.prompts().size(); i++) {
        float[][] scores = runner.logits(Runner.silent(0, 0, golden.prompts().get(i)));
        assertClose(scores, golden.logits().get(i), Golden.FLOAT32_TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void scoresOfTokensThatComeOneByOneEqualThoseOfTransformers(Golden golden) {
    try (Runner runner = Runner.of(golden)) {
      float[][] scores = runner.logitsOneByOne(3, golden.grownIds());
      assertClose(scores, golden.grown(), Golden.FLOAT32_TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void greedyRepliesOfAMixedBatchEqualThoseOfTransformers(Golden golden) {
    try (Runner runner = Runner.of(golden)) {
      int tokens = golden.greedy().get(0).size();
      assertThat(tokens).isEqualTo(64);
      assertThat(runner.greedy(golden.prompts(), tokens)).isEqualTo(golden.greedy());
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void aRowAloneEqualsTheRowInABatch(Golden golden) {
    try (Runner runner = Runner.of(golden)) {
      for (int i = 0; i < golden.prompts().size(); i++) {
        List<TokenIds> alone = runner.greedy(List.of(golden.prompts().get(i)), 64);
        assertThat(alone).containsExactly(golden.greedy().get(i));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void aPromptInPiecesOfAnySizeEqualsTheWholePrompt(Golden golden) {
    try (Runner runner = Runner.of(golden)) {
      float[][] whole = golden.replay();
      for (int piece : new int[] {2, 3, 7, 16, 31, 64, 65}) {
        float[][] scores = runner.logitsInPieces(5, golden.replayed(), piece);
        assertClose(scores, whole, Golden.FLOAT32_TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void halfPrecisionStaysNear(Golden golden) {
    for (Precision precision : List.of(Precision.BFLOAT16, Precision.FLOAT16)) {
      float share =
          precision == Precision.BFLOAT16 ? Golden.BFLOAT16_TOLERANCE : Golden.FLOAT16_TOLERANCE;
      try (Runner runner = Runner.of(golden.model(), precision, 2, 128)) {
        assertThat(runner.pass.precision()).isEqualTo(precision);
        float[][] expected = golden.replay();
        float tolerance = share * greatest(expected);
        assertClose(runner.logitsInPieces(0, golden.replayed(), 65), expected, tolerance);
        assertClose(runner.logitsInPieces(1, golden.replayed(), 9), expected, tolerance);
        assertClose(runner.logitsInPieces(0, golden.replayed(), 1), expected, tolerance);
      }
    }
  }

  /** As a GPU has it: one product for all that takes the same input. */
  @ParameterizedTest
  @MethodSource("goldens")
  void mergedMatricesGiveTheSame(Golden golden) {
    TorchOptions merged =
        new TorchOptions(Precision.FLOAT32, LinearKernel.MERGED, 1, TestDevice.NAME);
    try (Runner runner = Runner.of(golden.model(), merged, 8, 128)) {
      float[][] scores = runner.logitsInPieces(5, golden.replayed(), 31);
      assertClose(scores, golden.replay(), Golden.FLOAT32_TOLERANCE);
      assertThat(runner.greedy(golden.prompts(), 64)).isEqualTo(golden.greedy());
    }
  }

  /** Long rows come in smaller blocks; a GPU without the kernel for any length takes them whole. */
  @ParameterizedTest
  @MethodSource("goldens")
  void rowsInBlocksOfAnySizeAndWholeRowsGiveTheSame(Golden golden) {
    UnaryOperator<String> small =
        source -> replaced(source, "max(8, min(64, 4194304 //", "max(3, min(64, 1 //");
    UnaryOperator<String> eight = source -> replaced(source, "4194304 //", "1 //");
    assertEquals(golden, AttentionKernel.BLOCKS, small);
    assertEquals(golden, AttentionKernel.BLOCKS, eight);
    assertEquals(golden, AttentionKernel.BY_LENGTH, UnaryOperator.identity());
  }

  private static String replaced(String source, String part, String by) {
    assertThat(source).contains(part);
    return source.replace(part, by);
  }

  private static void assertEquals(
      Golden golden, AttentionKernel attention, UnaryOperator<String> edit) {
    TorchOptions options =
        new TorchOptions(Precision.FLOAT32, LinearKernel.PLAIN, 1, TestDevice.NAME);
    try (Runner runner =
        Runner.of(TorchForwardPass.load(golden.model(), options, attention, edit), 8, 128)) {
      for (int piece : new int[] {7, 31, 65}) {
        float[][] scores = runner.logitsInPieces(5, golden.replayed(), piece);
        assertClose(scores, golden.replay(), Golden.FLOAT32_TOLERANCE);
      }
      assertThat(runner.greedy(golden.prompts(), 64)).isEqualTo(golden.greedy());
    }
  }

  /**
   * The kernel itself runs on a GPU only: there the other tests in half precision go through it.
   */
  @ParameterizedTest
  @MethodSource("goldens")
  void theSourceForVariableLengthsCompiles(Golden golden) {
    DecoderSpec spec = (DecoderSpec) golden.model().spec();
    try (PtNDManager manager = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      for (LinearKernel kernel : List.of(LinearKernel.MERGED, LinearKernel.MATMUL_INT8)) {
        String source = DecoderSource.of(spec, kernel, AttentionKernel.FLASH);
        TorchModule.compile(DecoderSource.CLASS_NAME, source, manager).close();
      }
    }
  }

  private static float greatest(float[][] scores) {
    float greatest = 0;
    for (float[] row : scores) {
      for (float score : row) {
        greatest = Math.max(greatest, Math.abs(score));
      }
    }
    return greatest;
  }

  static void assertClose(float[][] scores, float[][] expected, float tolerance) {
    assertThat(scores).hasDimensions(expected.length, expected[0].length);
    double worst = 0;
    for (int t = 0; t < expected.length; t++) {
      for (int v = 0; v < expected[t].length; v++) {
        double error = Math.abs((double) scores[t][v] - expected[t][v]);
        worst = error <= worst ? worst : error;
      }
    }
    assertThat(worst).as("greatest difference of a score").isLessThanOrEqualTo(tolerance);
  }
}
