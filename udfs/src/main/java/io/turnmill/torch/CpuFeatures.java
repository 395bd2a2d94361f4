package io.turnmill.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What the processor can do, as Linux tells it; nothing on other systems. */
final class CpuFeatures {
  private CpuFeatures() {}

  /** Whether bfloat16 matrices are multiplied in hardware (AVX512-BF16 or AMX). */
  static boolean multipliesBfloat16() {
    try {
      return multipliesBfloat16(Files.readAllLines(Path.of("/proc/cpuinfo")));
    } catch (IOException e) {
      return false;
    }
  }

  static boolean multipliesBfloat16(List<String> cpuinfo) {
    return cpuinfo.stream()
        .filter(line -> line.startsWith("flags"))
        .findFirst()
        .map(line -> Arrays.asList(line.split("\\s+")))
        .map(flags -> flags.contains("avx512_bf16") || flags.contains("amx_bf16"))
        .orElse(false);
  }
}
