package io.turnmill.torch;

import io.turnmill.model.AttentionKernel;
import io.turnmill.model.DecoderSpec;
import io.turnmill.model.LinearKernel;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.StoredType;
import io.turnmill.model.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a model is run.
 *
 * @param kernel how linear layers are computed
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

  /**
   * With the kernel that suits device and precision. Prepacked matrices exist for x86 alone, and
   * what is not quantised is prepacked where that was measured to pay, with AVX-512.
   */
  public static TorchOptions of(
      Precision precision, Quantization quantization, int threads, String device) {
    TorchOptions plain = new TorchOptions(precision, LinearKernel.PLAIN, threads, device);
    return plain.with(plain.kernel(quantization));
  }

  /**
   * The same with matrices that stay views of the model's files, unless they are quantised or
   * converted: processes on one host share these, though they are multiplied more slowly.
   */
  public TorchOptions mapped() {
    return kernel == LinearKernel.PREPACKED ? with(LinearKernel.PLAIN) : this;
  }

  private TorchOptions with(LinearKernel other) {
    return new TorchOptions(precision, other, threads, device);
  }

  private LinearKernel kernel(Quantization quantization) {
    boolean x86 = onCpu() && CpuFeatures.isX86();
    return switch (quantization) {
      case NONE ->
          !onCpu()
              ? LinearKernel.MERGED
              : x86 && prepacks() ? LinearKernel.PREPACKED : LinearKernel.PLAIN;
      case INT8 ->
          !x86
              ? LinearKernel.MATMUL_INT8
              : CpuFeatures.multipliesInt8()
                  ? LinearKernel.PREPACKED_INT8
                  : LinearKernel.PREPACKED_INT8_REDUCED;
    };
  }

  /** How attention is computed: without padding where the GPU has a kernel for that. */
  AttentionKernel attention(DecoderSpec spec) {
    if (onCpu()) {
      return AttentionKernel.BLOCKS;
    }
    boolean flash =
        resolved() != Precision.FLOAT32
            && AttentionKernel.flashTakes(spec.attention().headDim())
            && Gpu.multipliesBfloat16(deviceNumber()); // both came with Ampere
    return flash ? AttentionKernel.FLASH : AttentionKernel.BY_LENGTH;
  }

  private boolean prepacks() {
    return switch (resolved()) {
      case BFLOAT16 -> CpuFeatures.multipliesBfloat16();
      case FLOAT32 -> CpuFeatures.hasAvx512();
      case FLOAT16 -> false;
      case AUTO -> throw new IllegalStateException("AUTO was not resolved. This is a bug.");
    };
  }

  /**
   * Bytes that a folder's weights take once they are loaded, those of mapped files and the copy of
   * an output layer among them.
   */
  public long weightBytes(ModelFolder folder) {
    List<Weight> weights = new ArrayList<>(folder.weights());
    if (kernel.takesOutputLayer()) {
      folder.tiedOutputLayer().ifPresent(weights::add);
    }
    return weights.stream().mapToLong(weight -> bytes(weight, folder)).sum();
  }

  private long bytes(Weight weight, ModelFolder folder) {
    long elements = folder.stored(weight).elements();
    boolean eightBits =
        switch (weight.use()) {
          case BLOCK_LINEAR -> kernel.int8();
          case OUTPUT_LINEAR -> kernel.int8() && kernel.takesOutputLayer();
          case OTHER -> false;
        };
    return eightBits
        ? elements + Float.BYTES * weight.shape().get(0)
        : elements * resolved().bytes();
  }

  /**
   * Bytes of weights that stay views of a folder's mapped files. The operating system counts these
   * pages as free memory, and every pass reads them.
   */
  public long mappedBytes(ModelFolder folder) {
    return folder.weights().stream()
        .filter(weight -> isMapped(weight, folder))
        .mapToLong(weight -> folder.stored(weight).bytes())
        .sum();
  }

  private boolean isMapped(Weight weight, ModelFolder folder) {
    boolean plain =
        switch (weight.use()) {
          case BLOCK_LINEAR -> kernel == LinearKernel.PLAIN;
          case OUTPUT_LINEAR -> !kernel.takesOutputLayer();
          case OTHER -> true;
        };
    return onCpu()
        && plain
        && folder.update(weight).isEmpty()
        && folder.stored(weight).aligned()
        && folder.stored(weight).type() == storedAs(resolved());
  }

  private static StoredType storedAs(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> StoredType.F32;
      case FLOAT16 -> StoredType.F16;
      case BFLOAT16 -> StoredType.BF16;
      case AUTO -> throw new IllegalStateException("AUTO was not resolved. This is a bug.");
    };
  }

  /** All on which sums depend, as far as it is chosen here: equal texts, equal arithmetic. */
  public String arithmetic() {
    return "%s %s %s"
        .formatted(onCpu() ? "cpu" : "cuda", resolved(), kernel)
        .toLowerCase(Locale.ROOT);
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
