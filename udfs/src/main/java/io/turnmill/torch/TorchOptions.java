package io.turnmill.torch;

import io.turnmill.model.DecoderSpec;
import io.turnmill.model.ModelFolder;
import io.turnmill.model.StoredType;
import io.turnmill.model.Weight;
import io.turnmill.torch.source.AttentionKernel;
import io.turnmill.torch.source.LinearKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a model is run.
 *
 * @param kernel how linear layers are computed
 * @param threads of one operation on the CPU; 0 for PyTorch's own choice
 * @param device {@code cpu}, or {@code cuda:0} and so on
 */
public record TorchOptions(Precision precision, LinearKernel kernel, int threads, String device) {
  public static final TorchOptions DEFAULTS = of(Precision.AUTO, Quantization.NONE, 0, "cpu");

  private static final String CPU = "cpu";

  /**
   * @throws IllegalArgumentException when there is no such device, or when the kernel would be
   *     computed wrongly on it, or not at all; the message says what to take instead
   */
  public TorchOptions {
    if (!device.matches("cpu|cuda(:\\d+)?")) {
      throw new IllegalArgumentException("device must be cpu or cuda:N, not " + device);
    }
    Optional<String> fault = fault(precision, kernel, device);
    if (fault.isPresent()) {
      throw new IllegalArgumentException(fault.get());
    }
  }

  /** With the kernel that suits device and precision. */
  public static TorchOptions of(
      Precision precision, Quantization quantization, int threads, String device) {
    LinearKernel kernel = KernelChoice.best(quantization, precision, processor(device));
    return new TorchOptions(precision, kernel, threads, device);
  }

  /**
   * Why a device of this machine does not compute a kernel, or computes it wrongly, and what to
   * take instead: a sentence. Empty where it is right.
   */
  public static Optional<String> fault(Precision precision, LinearKernel kernel, String device) {
    return KernelChoice.fault(kernel, precision, processor(device));
  }

  private static Optional<CpuFeatures> processor(String device) {
    return device.equals(CPU) ? Optional.of(CpuFeatures.here()) : Optional.empty();
  }

  /**
   * The same with matrices that stay views of the model's files, unless they are quantised or
   * converted: processes on one host share these, though they are multiplied more slowly.
   */
  public TorchOptions mapped() {
    return kernel == LinearKernel.PREPACKED
        ? new TorchOptions(precision, LinearKernel.PLAIN, threads, device)
        : this;
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
    return device.equals(CPU);
  }

  /** Number of the GPU. */
  int deviceNumber() {
    int colon = device.indexOf(':');
    return colon < 0 ? 0 : Integer.parseInt(device.substring(colon + 1));
  }

  /** The precision in use: never {@link Precision#AUTO}. */
  public Precision resolved() {
    if (onCpu()) {
      return CpuFeatures.here().resolve(precision);
    }
    if (precision != Precision.AUTO) {
      return precision;
    }
    return Gpu.multipliesBfloat16(deviceNumber()) ? Precision.BFLOAT16 : Precision.FLOAT16;
  }
}
