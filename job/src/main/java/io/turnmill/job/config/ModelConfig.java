package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Operation;
import io.turnmill.job.config.Declare.Range;
import io.turnmill.job.config.Declare.Words;
import java.io.Serializable;

/** Which model runs, and in which precision. */
public record ModelConfig(
    @Doc(
            "Model folder as Hugging Face publishes it: a local path that every node has, or a"
                + " folder on any Hadoop file system, which each host fetches once.")
        @Words("path")
        @Operation // what it does to results stands in the fingerprint
        String path,
    @Doc(
            "LoRA adapter as PEFT stores it, merged into the model when that is loaded; a folder"
                + " like model.path.")
        @Default("")
        @Words("path")
        @Operation // what it does to results stands in the fingerprint
        String adapter,
    @Doc("Precision of the arithmetic; auto takes the fastest one that fits machine and weights.")
        @Default("auto")
        Dtype dtype,
    @Doc(
            "int8 keeps the matrices of the model's blocks in 8 bits and multiplies in 8 bits:"
                + " faster, smaller, a little less exact.")
        @Default("none")
        Quantization quantization,
    @Doc(
            "auto: the GPU that Spark assigned to the task, or the CPU where it assigned none or"
                + " PyTorch sees none; cuda: a GPU or an error.")
        @Default("auto")
        Device device,
    @Doc(
            "Local folder in which each host keeps the models that it fetched; empty:"
                + " /tmp/turnmill-USER/models.")
        @Default("")
        @Words("path")
        @Operation
        String cachePath,
    @Doc(
            "Most bytes in that folder; the least recently used model goes first. 0: what the disk"
                + " holds.")
        @Default("274877906944")
        @Range(from = 0)
        @Operation
        long cacheLimitBytes)
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

  /** Where hosts keep what they fetch. */
  public Cache cache() {
    return new Cache(cachePath, cacheLimitBytes);
  }

  /**
   * The cache of fetched models on each host.
   *
   * @param path a local folder, the same on every node; empty for the default
   * @param limitBytes of all models in it; 0 for no limit but the disk's
   */
  public record Cache(String path, long limitBytes) implements Serializable {}
}
