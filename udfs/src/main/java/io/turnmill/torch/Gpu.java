package io.turnmill.torch;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import io.turnmill.model.ModelException;
import java.lang.management.MemoryUsage;
import java.util.Locale;

/** What CUDA's run-time library says of a GPU. */
public final class Gpu {
  /** Ampere, the first to multiply bfloat16: compute capability 8.0. */
  private static final int MULTIPLIES_BFLOAT16 = 80;

  private Gpu() {}

  /** GPUs that PyTorch sees; none without its CUDA build. */
  public static int count() {
    return PyTorch.engine().getGpuCount();
  }

  /**
   * Makes sure that a GPU is there.
   *
   * @param device {@code cuda} or {@code cuda:N}
   * @throws ModelException when PyTorch does not see it
   */
  static void require(String device) {
    int gpus = count();
    if (gpus == 0) {
      throw new ModelException(
          ("The device %s was asked for, but PyTorch sees no GPU. Give it a CUDA build of PyTorch"
                  + " 2.7.1 (PYTORCH_LIBRARY_PATH) and a driver that fits, or set model.device ="
                  + " cpu.")
              .formatted(device));
    }
    if (number(device) >= gpus) {
      throw new ModelException(
          String.format(
                  Locale.ROOT,
                  "The device %s was asked for, but PyTorch sees GPUs 0 to %d only. Does",
                  device,
                  gpus - 1)
              + " CUDA_VISIBLE_DEVICES number them in another way than Spark?");
    }
  }

  private static int number(String device) {
    return TorchOptions.of(Precision.AUTO, Quantization.NONE, 0, device).deviceNumber();
  }

  /** Of a GPU, in bytes: all, and what it could still give. */
  public record Memory(long totalBytes, long freeBytes) {}

  /**
   * The memory of a GPU, whoever uses it.
   *
   * @param device {@code cuda:N}
   * @throws ModelException when PyTorch does not see it, or the library cannot be asked
   */
  public static Memory memory(String device) {
    require(device);
    try {
      MemoryUsage memory = CudaUtils.getGpuMemory(Device.gpu(number(device)));
      return new Memory(memory.getMax(), memory.getMax() - memory.getCommitted());
    } catch (RuntimeException | LinkageError e) {
      throw new ModelException(
          "How much memory %s has left cannot be asked (%s). Set engine.max_num_seqs."
              .formatted(device, e.getClass().getSimpleName()));
    }
  }

  /**
   * Gives back to GPUs what was freed on them: PyTorch keeps that for its next tensors, and to
   * whoever asks a GPU for its memory it is in use.
   *
   * @param device on which it was freed; nothing is done for {@code cpu}
   */
  static void giveBackFreed(String device) {
    if (!device.equals("cpu")) {
      JniUtils.emptyCudaCache();
    }
  }

  /** Whether bfloat16 matrices are multiplied in hardware; taken to be so where nobody answers. */
  static boolean multipliesBfloat16(int number) {
    try {
      return multipliesBfloat16(CudaUtils.getComputeCapability(number));
    } catch (RuntimeException | LinkageError e) {
      return true;
    }
  }

  /**
   * @param computeCapability major and minor number without a point, such as {@code 86}
   */
  static boolean multipliesBfloat16(String computeCapability) {
    return Integer.parseInt(computeCapability) >= MULTIPLIES_BFLOAT16;
  }
}
