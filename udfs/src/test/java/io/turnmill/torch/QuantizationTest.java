package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.model.LinearKernel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Int8 by every kernel: near to what is not quantised, and near to one another. */
class QuantizationTest {
  private static final List<LinearKernel> INT8 =
      List.of(
          LinearKernel.PREPACKED_INT8,
          LinearKernel.PREPACKED_INT8_REDUCED,
          LinearKernel.MATMUL_INT8);

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
    float[][] expected = golden.grown();
    for (LinearKernel kernel : INT8) {
      for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
        TorchOptions options = new TorchOptions(precision, kernel, 1, "cpu");
        try (Runner runner = Runner.of(golden.model(), options, 2, 128)) {
          float[][] one = runner.logitsOneByOne(0, golden.grownIds());
          assertThat(share(one, expected)).as("%s %s", kernel, precision).isLessThan(SHARE);
          float[][] whole = runner.logitsInPieces(1, golden.replayed(), 33);
          assertThat(share(whole, golden.replay())).isLessThan(SHARE);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void aPrepackedMatrixGivesTheSameScoresAsAMappedOne(Golden golden) {
    for (LinearKernel kernel : List.of(LinearKernel.PLAIN, LinearKernel.PREPACKED)) {
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
  void cpusThatWouldOverflowAreKnown() {
    assertThat(CpuFeatures.multipliesInt8(List.of("flags : fma avx2"))).isFalse();
    assertThat(CpuFeatures.multipliesInt8(List.of("flags : avx2 avx512_vnni"))).isTrue();
    assertThat(CpuFeatures.multipliesInt8(List.of("flags : avx2 avx_vnni"))).isTrue();
    assertThat(CpuFeatures.multipliesInt8(List.of())).isFalse();
  }

  @Test
  void gpusBeforeAmpereTakeFloat16() {
    assertThat(Gpu.multipliesBfloat16("75")).isFalse();
    assertThat(Gpu.multipliesBfloat16("80")).isTrue();
    assertThat(Gpu.multipliesBfloat16("120")).isTrue();
  }

  @Test
  void gpusHaveAKernelOfTheirOwn() {
    assertThat(TorchOptions.of(Precision.AUTO, Quantization.INT8, 0, "cuda:1").kernel())
        .isEqualTo(LinearKernel.MATMUL_INT8);
    assertThat(TorchOptions.of(Precision.AUTO, Quantization.INT8, 0, "cpu").kernel().prepacked())
        .isTrue();
    assertThat(TorchOptions.of(Precision.AUTO, Quantization.NONE, 0, "cuda:0").kernel())
        .isEqualTo(LinearKernel.MERGED);
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
