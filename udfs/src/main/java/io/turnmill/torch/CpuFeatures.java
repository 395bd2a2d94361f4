package io.turnmill.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the processor offers to PyTorch and oneDNN, as Linux tells it and as far as the environment
 * lets them use it; on other systems nothing but the architecture is known.
 *
 * @param x86 64 bits of x86
 * @param avx512 AVX-512 as servers have it since Skylake, with BW
 * @param multipliesBfloat16 whether bfloat16 matrices are multiplied in hardware (AVX512-BF16 or
 *     AMX)
 * @param multipliesInt8 whether products of 8-bit numbers are summed in 32 bits at once (VNNI or
 *     AMX), so that none overflows on the way
 */
record CpuFeatures(
    boolean x86, boolean avx512, boolean multipliesBfloat16, boolean multipliesInt8) {
  private static final String AVX512 = "avx512bw";
  private static final String AVX512_BF16 = "avx512_bf16";
  private static final String AVX512_VNNI = "avx512_vnni";
  private static final String AVX2_VNNI = "avx_vnni";
  private static final Set<String> BFLOAT16 = Set.of(AVX512_BF16, "amx_bf16");
  private static final Set<String> INT8 = Set.of(AVX512_VNNI, AVX2_VNNI, "amx_int8");
  private static final Set<String> ALL =
      Stream.of(Set.of(AVX512), BFLOAT16, INT8)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private static final CpuFeatures HERE =
      of(System.getProperty("os.arch", ""), cpuinfo(), System.getenv());

  /** Those of this process. */
  static CpuFeatures here() {
    return HERE;
  }

  /**
   * @param arch as the system property {@code os.arch} names it
   * @param cpuinfo lines of {@code /proc/cpuinfo}
   * @param environment variables of the process
   */
  static CpuFeatures of(String arch, List<String> cpuinfo, Map<String, String> environment) {
    Set<String> flags = flags(cpuinfo);
    if (environment.getOrDefault("ATEN_CPU_CAPABILITY", "").matches("default|avx2")) {
      flags.retainAll(within("avx2"));
    }
    // The older name counts where the newer one is not set, as oneDNN has it.
    String older = environment.getOrDefault("DNNL_MAX_CPU_ISA", "");
    String isa = environment.getOrDefault("ONEDNN_MAX_CPU_ISA", older);
    flags.retainAll(within(isa.toLowerCase(Locale.ROOT)));
    return new CpuFeatures(
        arch.matches("amd64|x86_64"),
        flags.contains(AVX512),
        flags.stream().anyMatch(BFLOAT16::contains),
        flags.stream().anyMatch(INT8::contains));
  }

  /** The precision in use where {@code precision} is asked for: never {@link Precision#AUTO}. */
  Precision resolve(Precision precision) {
    if (precision != Precision.AUTO) {
      return precision;
    }
    return multipliesBfloat16 ? Precision.BFLOAT16 : Precision.FLOAT32;
  }

  /** The flags that a cap leaves, which is named as oneDNN names it; all if it is no such name. */
  private static Set<String> within(String cap) {
    return switch (cap) {
      case "sse41", "avx", "avx2" -> Set.of();
      case "avx2_vnni", "avx2_vnni_2" -> Set.of(AVX2_VNNI);
      case "avx512_core" -> Set.of(AVX512);
      case "avx512_core_vnni" -> Set.of(AVX512, AVX512_VNNI);
      case "avx512_core_bf16", "avx512_core_fp16" -> Set.of(AVX512, AVX512_VNNI, AVX512_BF16);
      default -> ALL;
    };
  }

  private static Set<String> flags(List<String> cpuinfo) {
    return cpuinfo.stream()
        .filter(line -> line.startsWith("flags"))
        .findFirst()
        .map(line -> new HashSet<>(Arrays.asList(line.split("\\s+"))))
        .orElseGet(HashSet::new);
  }

  private static List<String> cpuinfo() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo"));
    } catch (IOException e) {
      return List.of();
    }
  }
}
