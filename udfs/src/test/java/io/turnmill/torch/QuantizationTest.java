package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.torch.source.LinearKernel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Int8 by every kernel that this processor computes rightly, the product's own among them: near to
 * what is not quantised, and near to one another.
 */
class QuantizationTest {
  private static final List<Precision> PRECISIONS = List.of(Precision.FLOAT32, Precision.BFLOAT16);

  /**
   * Mean error of a score as a share of the mean size of a score. Tiny layers of large random
   * weights are about the worst case.
   */
  private static final double SHARE = 0.2;

  private static final double FLOAT32_SHARE = 1e-5;

  static Stream<Golden> goldens() {
    return Stream.concat(Golden.all(), Golden.adapted());
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void scoresStayNear(Golden golden) {
    for (LinearKernel kernel : int8Kernels()) {
      for (Precision precision : PRECISIONS) {
        TorchOptions options = new TorchOptions(precision, kernel, 1, "cpu");
        try (Runner runner = Runner.of(golden.model(), options, 2, 128)) {
          float[][] one = runner.logitsOneByOne(0, golden.grownIds());
          assertThat(share(one, golden.grown()))
              .as("%s %s, token by token", kernel, precision)
              .isLessThan(SHARE);
          float[][] whole = runner.logitsInPieces(1, golden.replayed(), 33);
          assertThat(share(whole, golden.replay()))
              .as("%s %s, in pieces", kernel, precision)
              .isLessThan(SHARE);
        }
      }
    }
  }

  private static List<LinearKernel> int8Kernels() {
    return right(
        Stream.of(LinearKernel.values()).filter(LinearKernel::int8).toArray(LinearKernel[]::new));
  }

  /** Those that this processor computes rightly. */
  private static List<LinearKernel> right(LinearKernel... kernels) {
    return Stream.of(kernels)
        .filter(kernel -> TorchOptions.fault(Precision.FLOAT32, kernel, "cpu").isEmpty())
        .toList();
  }

  @Test
  void theKernelOfTheProductIsTried() {
    for (Precision precision : Precision.values()) {
      assertThat(int8Kernels())
          .contains(TorchOptions.of(precision, Quantization.INT8, 1, "cpu").kernel());
    }
  }

  /** On an x86 with VNNI and on one without; a test under a cap holds the other case. */
  @Test
  void productsThatNeedTheMostBitsAreExact() {
    if (int8Kernels().contains(LinearKernel.PREPACKED_INT8)) {
      assertThat(Int8Products.greatestDifference(false)).isZero();
    }
    if (int8Kernels().contains(LinearKernel.PREPACKED_INT8_REDUCED)) {
      assertThat(Int8Products.greatestDifference(true)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void aPrepackedMatrixGivesTheSameScoresAsAMappedOne(Golden golden) {
    for (LinearKernel kernel : right(LinearKernel.PLAIN, LinearKernel.PREPACKED)) {
      TorchOptions options = new TorchOptions(Precision.FLOAT32, kernel, 1, "cpu");
      try (Runner runner = Runner.of(golden.model(), options, 2, 128)) {
        assertThat(share(runner.logitsOneByOne(0, golden.grownIds()), golden.grown()))
            .as("%s", kernel)
            .isLessThan(FLOAT32_SHARE);
        assertThat(share(runner.logitsInPieces(1, golden.replayed(), 33), golden.replay()))
            .as("%s", kernel)
            .isLessThan(FLOAT32_SHARE);
      }
    }
  }

  @Test
  void gpusBeforeAmpereTakeFloat16() {
    assertThat(Gpu.multipliesBfloat16("75")).isFalse();
    assertThat(Gpu.multipliesBfloat16("80")).isTrue();
    assertThat(Gpu.multipliesBfloat16("120")).isTrue();
  }

  @Test
  void mappedMatricesAreNotRearranged() {
    assertThat(TorchOptions.DEFAULTS.mapped().kernel()).isEqualTo(LinearKernel.PLAIN);
  }

  private static double share(float[][] actual, float[][] expected) {
    double error = 0;
    double size = 0;
    for (int t = 0; t < expected.length; t++) {
      for (int v = 0; v < expected[t].length; v++) {
        error += Math.abs(actual[t][v] - expected[t][v]);
        size += Math.abs(expected[t][v]);
      }
    }
    return error / size;
  }
}
