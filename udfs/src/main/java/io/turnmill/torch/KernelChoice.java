package io.turnmill.torch;

import io.turnmill.torch.source.LinearKernel;
import java.util.Optional;

/** Which kernel for linear layers a device does best, and which ones it computes wrongly. */
final class KernelChoice {
  private KernelChoice() {}

  /**
   * The kernel that suits device and precision. What is not quantised is prepacked where that was
   * measured to pay: with AVX-512.
   *
   * @param cpu the processor, where that is the device
   */
  static LinearKernel best(
      Quantization quantization, Precision precision, Optional<CpuFeatures> cpu) {
    return switch (quantization) {
      case NONE -> cpu.map(features -> plain(precision, features)).orElse(LinearKernel.MERGED);
      case INT8 -> cpu.map(KernelChoice::int8).orElse(LinearKernel.MATMUL_INT8);
    };
  }

  private static LinearKernel plain(Precision precision, CpuFeatures cpu) {
    boolean pays =
        switch (cpu.resolve(precision)) {
          case BFLOAT16 -> cpu.multipliesBfloat16();
          case FLOAT32 -> cpu.avx512();
          case FLOAT16 -> false;
          case AUTO -> throw new IllegalStateException("AUTO was not resolved. This is a bug.");
        };
    return cpu.x86() && pays ? LinearKernel.PREPACKED : LinearKernel.PLAIN;
  }

  private static LinearKernel int8(CpuFeatures cpu) {
    if (!cpu.x86()) {
      return LinearKernel.MATMUL_INT8;
    }
    return cpu.multipliesInt8() ? LinearKernel.PREPACKED_INT8 : LinearKernel.PREPACKED_INT8_REDUCED;
  }

  /**
   * Why a device does not compute a kernel, or computes it wrongly, and what to take instead: a
   * sentence. Empty where it is right.
   *
   * @param cpu the processor, where that is the device
   */
  static Optional<String> fault(
      LinearKernel kernel, Precision precision, Optional<CpuFeatures> cpu) {
    if (kernel.prepacked() && !cpu.map(CpuFeatures::x86).orElse(false)) {
      return refusal(
          kernel,
          "needs an x86 processor",
          kernel.int8() ? LinearKernel.MATMUL_INT8 : LinearKernel.PLAIN);
    }
    return cpu.flatMap(
        features ->
            switch (kernel) {
              case PLAIN, MERGED, PREPACKED_INT8_REDUCED -> Optional.empty();
              case PREPACKED -> unpacked(precision, features);
              case PREPACKED_INT8, MATMUL_INT8 -> overflow(kernel, features);
            });
  }

  /** oneDNN rearranges a matrix only where it can multiply it. */
  private static Optional<String> unpacked(Precision precision, CpuFeatures cpu) {
    return switch (cpu.resolve(precision)) {
      case FLOAT32 -> Optional.empty();
      case BFLOAT16 ->
          cpu.avx512()
              ? Optional.empty()
              : refusal(
                  LinearKernel.PREPACKED,
                  "in bfloat16 needs AVX-512, which this processor lacks",
                  LinearKernel.PLAIN);
      case FLOAT16 ->
          refusal(LinearKernel.PREPACKED, "is not made for float16", LinearKernel.PLAIN);
      case AUTO -> throw new IllegalStateException("AUTO was not resolved. This is a bug.");
    };
  }

  /** Elsewhere than on x86, oneDNN sums in 32 bits. */
  private static Optional<String> overflow(LinearKernel kernel, CpuFeatures cpu) {
    return !cpu.x86() || cpu.multipliesInt8()
        ? Optional.empty()
        : refusal(
            kernel,
            "sums products of 8-bit numbers in 16 bits, which overflow, on a processor without VNNI"
                + " (avx512_vnni, avx_vnni or amx_int8)",
            LinearKernel.PREPACKED_INT8_REDUCED);
  }

  private static Optional<String> refusal(LinearKernel kernel, String what, LinearKernel instead) {
    return Optional.of("%s %s: take %s.".formatted(kernel, what, instead));
  }
}
