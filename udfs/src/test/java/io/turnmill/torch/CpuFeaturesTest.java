package io.turnmill.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuFeaturesTest {
  private static final String AMD64 = "amd64";

  static final CpuFeatures AVX2 = of("flags\t\t: fpu fma avx2");
  static final CpuFeatures AVX2_VNNI = of("flags\t\t: fpu fma avx2 avx_vnni");
  static final CpuFeatures AVX512 = of("flags\t\t: fpu fma avx2 avx512f avx512bw avx512vl");
  static final CpuFeatures AVX512_VNNI = of("flags\t\t: fpu fma avx2 avx512f avx512bw avx512_vnni");
  static final CpuFeatures ALL =
      of("flags\t\t: fpu avx2 avx512f avx512bw avx_vnni avx512_bf16 avx512_vnni amx_bf16 amx_int8");
  static final CpuFeatures ARM =
      CpuFeatures.of("aarch64", List.of("Features\t: fp asimd asimddp i8mm bf16"), Map.of());

  private static CpuFeatures of(String flags) {
    return CpuFeatures.of(AMD64, List.of("processor\t: 0", flags, flags), Map.of());
  }

  private static CpuFeatures capped(Map<String, String> environment) {
    String flags =
        "flags : avx2 avx512f avx512bw avx_vnni avx512_bf16 avx512_vnni amx_bf16 amx_int8";
    return CpuFeatures.of(AMD64, List.of(flags), environment);
  }

  @Test
  void flagsOfTheProcessorSayWhatItCanDo() {
    assertThat(AVX2).isEqualTo(new CpuFeatures(true, false, false, false));
    assertThat(AVX2_VNNI).isEqualTo(new CpuFeatures(true, false, false, true));
    assertThat(AVX512).isEqualTo(new CpuFeatures(true, true, false, false));
    assertThat(AVX512_VNNI).isEqualTo(new CpuFeatures(true, true, false, true));
    assertThat(ALL).isEqualTo(new CpuFeatures(true, true, true, true));
    assertThat(ARM).isEqualTo(new CpuFeatures(false, false, false, false));
  }

  @Test
  void whereNothingIsSaidOfTheProcessorNothingIsTakenForGranted() {
    assertThat(CpuFeatures.of("x86_64", List.of(), Map.of()))
        .isEqualTo(new CpuFeatures(true, false, false, false));
  }

  /** Names and order are oneDNN's; whether it can is written for AVX-512, bfloat16 and int8. */
  @ParameterizedTest
  @CsvSource({
    "SSE41, false, false, false",
    "AVX, false, false, false",
    "AVX2, false, false, false",
    "avx2, false, false, false",
    "AVX2_VNNI, false, false, true",
    "AVX2_VNNI_2, false, false, true",
    "AVX512_CORE, true, false, false",
    "AVX512_CORE_VNNI, true, false, true",
    "AVX512_CORE_BF16, true, true, true",
    "AVX512_CORE_FP16, true, true, true",
    "AVX512_CORE_AMX, true, true, true",
    "DEFAULT, true, true, true",
    "nonsense, true, true, true",
  })
  void aCapOnOneDnnIsACapHere(String cap, boolean avx512, boolean bfloat16, boolean int8) {
    CpuFeatures expected = new CpuFeatures(true, avx512, bfloat16, int8);
    assertThat(capped(Map.of("ONEDNN_MAX_CPU_ISA", cap))).isEqualTo(expected);
    assertThat(capped(Map.of("DNNL_MAX_CPU_ISA", cap))).isEqualTo(expected);
    assertThat(capped(Map.of("ONEDNN_MAX_CPU_ISA", cap, "DNNL_MAX_CPU_ISA", "AVX2")))
        .as("the newer name counts")
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"default, false", "avx2, false", "avx512, true", "AVX2, true"})
  void aCapOnPyTorchIsACapHere(String cap, boolean all) {
    assertThat(capped(Map.of("ATEN_CPU_CAPABILITY", cap)))
        .isEqualTo(new CpuFeatures(true, all, all, all));
  }

  @Test
  void theLowerOfTwoCapsCounts() {
    assertThat(capped(Map.of("ATEN_CPU_CAPABILITY", "avx512", "ONEDNN_MAX_CPU_ISA", "AVX512_CORE")))
        .isEqualTo(AVX512);
    assertThat(
            capped(Map.of("ATEN_CPU_CAPABILITY", "avx2", "ONEDNN_MAX_CPU_ISA", "AVX512_CORE_BF16")))
        .isEqualTo(AVX2);
  }

  @Test
  void aCapAddsNothing() {
    assertThat(
            CpuFeatures.of(
                AMD64,
                List.of("flags : fma avx2"),
                Map.of("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_BF16", "ATEN_CPU_CAPABILITY", "avx512")))
        .isEqualTo(AVX2);
  }

  @Test
  void automaticPrecisionIsBfloat16WhereItIsMultipliedInHardware() {
    assertThat(ALL.resolve(Precision.AUTO)).isEqualTo(Precision.BFLOAT16);
    assertThat(AVX512.resolve(Precision.AUTO)).isEqualTo(Precision.FLOAT32);
    assertThat(ARM.resolve(Precision.AUTO)).isEqualTo(Precision.FLOAT32);
    assertThat(AVX2.resolve(Precision.FLOAT16)).isEqualTo(Precision.FLOAT16);
  }
}
