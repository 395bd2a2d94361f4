package io.turnmill.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What the processor can do, as Linux tells it; nothing on other systems. */
final class CpuFeatures {
  private CpuFeatures() {}

  /** Whether bfloat16 matrices are multiplied in hardware (AVX512-BF16 or AMX). */
  static boolean multipliesBfloat16() {
    return multipliesBfloat16(cpuinfo());
  }

  static boolean multipliesBfloat16(List<String> cpuinfo) {
    return has(cpuinfo, Set.of("avx512_bf16", "amx_bf16"));
  }

  static boolean hasAvx512() {
    return has(cpuinfo(), Set.of("avx512f"));
  }

  static boolean isX86() {
    return System.getProperty("os.arch", "").matches("amd64|x86_64");
  }

  /**
   * Whether products of 8-bit numbers are summed in 32 bits at once (VNNI), so that none overflows
   * on the way.
   */
  static boolean multipliesInt8() {
    return multipliesInt8(cpuinfo());
  }

  static boolean multipliesInt8(List<String> cpuinfo) {
    return has(cpuinfo, Set.of("avx512_vnni", "avx_vnni", "amx_int8"));
  }

  private static boolean has(List<String> cpuinfo, Set<String> any) {
    return cpuinfo.stream()
        .filter(line -> line.startsWith("flags"))
        .findFirst()
        .map(line -> Arrays.asList(line.split("\\s+")))
        .map(flags -> flags.stream().anyMatch(any::contains))
        .orElse(false);
  }

  private static List<String> cpuinfo() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo"));
    } catch (IOException e) {
      return List.of();
    }
  }
}
