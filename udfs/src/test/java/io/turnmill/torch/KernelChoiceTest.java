package io.turnmill.torch;

import static io.turnmill.torch.CpuFeaturesTest.ALL;
import static io.turnmill.torch.CpuFeaturesTest.ARM;
import static io.turnmill.torch.CpuFeaturesTest.AVX2;
import static io.turnmill.torch.CpuFeaturesTest.AVX2_VNNI;
import static io.turnmill.torch.CpuFeaturesTest.AVX512;
import static io.turnmill.torch.CpuFeaturesTest.AVX512_VNNI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.torch.source.LinearKernel;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Kernels by processor, whichever this one is; without a processor, on a GPU. */
class KernelChoiceTest {
  private static final Optional<CpuFeatures> GPU = Optional.empty();

  static final List<Optional<CpuFeatures>> DEVICES =
      Stream.concat(
              Stream.of(AVX2, AVX2_VNNI, AVX512, AVX512_VNNI, ALL, ARM).map(Optional::of),
              Stream.of(GPU))
          .toList();

  private static LinearKernel best(Quantization quantization, CpuFeatures cpu) {
    return KernelChoice.best(quantization, Precision.AUTO, Optional.of(cpu));
  }

  @Test
  void int8TakesAKernelThatDoesNotOverflow() {
    assertThat(best(Quantization.INT8, AVX2)).isEqualTo(LinearKernel.PREPACKED_INT8_REDUCED);
    assertThat(best(Quantization.INT8, AVX512)).isEqualTo(LinearKernel.PREPACKED_INT8_REDUCED);
    assertThat(best(Quantization.INT8, AVX2_VNNI)).isEqualTo(LinearKernel.PREPACKED_INT8);
    assertThat(best(Quantization.INT8, ALL)).isEqualTo(LinearKernel.PREPACKED_INT8);
    assertThat(best(Quantization.INT8, ARM)).isEqualTo(LinearKernel.MATMUL_INT8);
    assertThat(KernelChoice.best(Quantization.INT8, Precision.AUTO, GPU))
        .isEqualTo(LinearKernel.MATMUL_INT8);
  }

  @Test
  void whatIsNotQuantisedIsPrepackedWhereThatPays() {
    assertThat(best(Quantization.NONE, AVX2)).isEqualTo(LinearKernel.PLAIN);
    assertThat(best(Quantization.NONE, AVX512)).isEqualTo(LinearKernel.PREPACKED);
    assertThat(best(Quantization.NONE, ARM)).isEqualTo(LinearKernel.PLAIN);
    assertThat(KernelChoice.best(Quantization.NONE, Precision.BFLOAT16, Optional.of(AVX512)))
        .isEqualTo(LinearKernel.PLAIN);
    assertThat(KernelChoice.best(Quantization.NONE, Precision.BFLOAT16, Optional.of(ALL)))
        .isEqualTo(LinearKernel.PREPACKED);
    assertThat(KernelChoice.best(Quantization.NONE, Precision.FLOAT16, Optional.of(ALL)))
        .isEqualTo(LinearKernel.PLAIN);
    assertThat(KernelChoice.best(Quantization.NONE, Precision.AUTO, GPU))
        .isEqualTo(LinearKernel.MERGED);
  }

  @ParameterizedTest
  @FieldSource("DEVICES")
  void whatIsChosenIsNeverRefused(Optional<CpuFeatures> cpu) {
    for (Precision precision : Precision.values()) {
      for (Quantization quantization : Quantization.values()) {
        LinearKernel kernel = KernelChoice.best(quantization, precision, cpu);
        assertThat(KernelChoice.fault(kernel, precision, cpu)).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = LinearKernel.class,
      names = {"PREPACKED_INT8", "MATMUL_INT8"})
  void aKernelThatWouldOverflowIsRefusedByName(LinearKernel kernel) {
    for (CpuFeatures cpu : List.of(AVX2, AVX512)) {
      assertThat(KernelChoice.fault(kernel, Precision.FLOAT32, Optional.of(cpu)))
          .contains(
              kernel
                  + " sums products of 8-bit numbers in 16 bits, which overflow, on a processor"
                  + " without VNNI (avx512_vnni, avx_vnni or amx_int8): take"
                  + " PREPACKED_INT8_REDUCED.");
    }
    for (CpuFeatures cpu : List.of(AVX2_VNNI, AVX512_VNNI, ALL)) {
      assertThat(KernelChoice.fault(kernel, Precision.FLOAT32, Optional.of(cpu))).isEmpty();
    }
  }

  @Test
  void layoutsOfOneDnnAreRefusedElsewhereThanOnX86() {
    for (Optional<CpuFeatures> device : List.of(Optional.of(ARM), GPU)) {
      assertThat(KernelChoice.fault(LinearKernel.PREPACKED_INT8, Precision.AUTO, device))
          .contains("PREPACKED_INT8 needs an x86 processor: take MATMUL_INT8.");
      assertThat(KernelChoice.fault(LinearKernel.PREPACKED_INT8_REDUCED, Precision.AUTO, device))
          .contains("PREPACKED_INT8_REDUCED needs an x86 processor: take MATMUL_INT8.");
      assertThat(KernelChoice.fault(LinearKernel.PREPACKED, Precision.AUTO, device))
          .contains("PREPACKED needs an x86 processor: take PLAIN.");
      assertThat(KernelChoice.fault(LinearKernel.MATMUL_INT8, Precision.AUTO, device)).isEmpty();
    }
  }

  @Test
  void halfPrecisionIsPrepackedOnlyWhereOneDnnMultipliesIt() {
    assertThat(KernelChoice.fault(LinearKernel.PREPACKED, Precision.BFLOAT16, Optional.of(AVX2)))
        .contains("PREPACKED in bfloat16 needs AVX-512, which this processor lacks: take PLAIN.");
    assertThat(KernelChoice.fault(LinearKernel.PREPACKED, Precision.BFLOAT16, Optional.of(AVX512)))
        .isEmpty();
    assertThat(KernelChoice.fault(LinearKernel.PREPACKED, Precision.FLOAT16, Optional.of(ALL)))
        .contains("PREPACKED is not made for float16: take PLAIN.");
    assertThat(KernelChoice.fault(LinearKernel.PREPACKED, Precision.FLOAT32, Optional.of(AVX2)))
        .isEmpty();
  }

  @Test
  void optionsRefuseWhatTheirDeviceDoesNotCompute() {
    assertThatThrownBy(
            () -> new TorchOptions(Precision.AUTO, LinearKernel.PREPACKED_INT8, 1, "cuda:0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("PREPACKED_INT8 needs an x86 processor: take MATMUL_INT8.");
    assertThatThrownBy(() -> new TorchOptions(Precision.AUTO, LinearKernel.PLAIN, 1, "tpu"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("device must be cpu or cuda:N, not tpu");
  }
}
