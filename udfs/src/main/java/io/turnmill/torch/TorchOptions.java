package io.turnmill.torch;

import io.turnmill.model.LinearKernel;

/**
 * How a model is run.
 *
 * @param kernel how the linear layers of blocks are computed
 * @param threads of one operation on the CPU; 0 for PyTorch's own choice
 * @param device {@code cpu}, or {@code cuda:0} and so on
 */
public record TorchOptions(Precision precision, LinearKernel kernel, int threads, String device) {
  public static final TorchOptions DEFAULTS = of(Precision.AUTO, Quantization.NONE, 0, "cpu");

  public TorchOptions {
    if (!device.matches("cpu|cuda(:\\d+)?")) {
      throw new IllegalArgumentException("device must be cpu or cuda:N, not " + device);
    }
  }

  /** With the kernel that suits the device; prepacked matrices exist for x86 alone. */
  public static TorchOptions of(
      Precision precision, Quantization quantization, int threads, String device) {
    return new TorchOptions(precision, kernel(quantization, device), threads, device);
  }

  private static LinearKernel kernel(Quantization quantization, String device) {
    if (quantization == Quantization.NONE) {
      return LinearKernel.PLAIN;
    }
    if (!device.equals("cpu") || !CpuFeatures.isX86()) {
      return LinearKernel.MATMUL_INT8;
    }
    return CpuFeatures.multipliesInt8()
        ? LinearKernel.PREPACKED_INT8
        : LinearKernel.PREPACKED_INT8_REDUCED;
  }

  boolean onCpu() {
    return device.equals("cpu");
  }

  /** Of a GPU. */
  int deviceNumber() {
    int colon = device.indexOf(':');
    return colon < 0 ? 0 : Integer.parseInt(device.substring(colon + 1));
  }

  /** The precision in use: never {@link Precision#AUTO}. */
  public Precision resolved() {
    if (precision != Precision.AUTO) {
      return precision;
    }
    if (onCpu()) {
      return CpuFeatures.multipliesBfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32;
    }
    return Gpu.multipliesBfloat16(deviceNumber()) ? Precision.BFLOAT16 : Precision.FLOAT16;
  }
}
