package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The caps of {@code ./mvnw verify -Pavx2} make PyTorch, oneDNN and {@link CpuFeatures} take this
 * processor for another one, and int8 is right on that one.
 */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class ProcessorCapTest {
  private static final String REFUSAL =
      "PREPACKED_INT8 sums products of 8-bit numbers in 16 bits, which overflow, on a processor"
          + " without VNNI (avx512_vnni, avx_vnni or amx_int8): take PREPACKED_INT8_REDUCED.";

  @Test
  void noMoreIsClaimedThanPyTorchUses() {
    if (!CappedProcess.capability().equals("AVX512")) {
      assertThat(CpuFeatures.here().avx512()).isFalse();
      assertThat(CpuFeatures.here().multipliesBfloat16()).isFalse();
    }
  }

  @Test
  void underTheCapEveryPartTakesTheProcessorForOneWithAvx2Alone() throws Exception {
    Map<String, String> said =
        CappedProcess.start(Map.of("ATEN_CPU_CAPABILITY", "avx2", "ONEDNN_MAX_CPU_ISA", "AVX2"));
    assertThat(said)
        .containsEntry("features", CpuFeaturesTest.AVX2.toString())
        .containsEntry("capability", "AVX2")
        .containsEntry("int8", "cpu float32 prepacked_int8_reduced");
    assertInt8(said);
  }

  @Test
  void int8IsExactWithAvx512AndWithoutVnni() throws Exception {
    assertInt8(CappedProcess.start(Map.of("ONEDNN_MAX_CPU_ISA", "AVX512_CORE")));
  }

  /** The other kernel overflows there, and is refused. */
  private static void assertInt8(Map<String, String> said) {
    assertThat(said).containsEntry("difference by pairs", "0.0");
    assertThat(Double.parseDouble(said.get("difference"))).isGreaterThan(1000);
    assertThat(said).containsEntry("refusal", REFUSAL);
  }
}
