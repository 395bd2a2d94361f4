package io.turnmill.job.config;

import java.io.Serializable;

/**
 * Which model runs, and in which precision.
 *
 * @param path a folder as Hugging Face publishes it: a local one, at the same path on every node,
 *     or one on any Hadoop file system
 * @param adapter folder of a LoRA adapter to be merged into it; empty for none
 * @param dtype precision of the arithmetic
 * @param quantization whether the matrices of its blocks take fewer bits
 * @param device where it runs
 * @param cache where hosts keep what they fetch
 */
public record ModelConfig(
    String path, String adapter, Dtype dtype, Quantization quantization, Device device, Cache cache)
    implements Serializable {

  public enum Dtype {
    /** The fastest one that this machine computes natively and the model's weights allow. */
    AUTO,
    FLOAT32,
    BFLOAT16,
    FLOAT16
  }

  public enum Quantization {
    NONE,
    INT8
  }

  public enum Device {
    /** The GPU that Spark assigned to the task, or the CPU where it assigned none. */
    AUTO,
    CPU,
    /** A GPU, or else an error. */
    CUDA
  }

  /**
   * The cache of fetched models on each host.
   *
   * @param path a local folder, the same on every node; empty for the default
   * @param limitBytes of all models in it; 0 for no limit but the disk's
   */
  public record Cache(String path, long limitBytes) implements Serializable {}
}
