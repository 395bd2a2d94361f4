package io.turnmill.job.config;

import java.io.Serializable;

/**
 * Which model runs, and in which precision.
 *
 * @param path a folder as Hugging Face publishes it, at the same local path on every node
 * @param dtype precision of the arithmetic
 */
public record ModelConfig(String path, Dtype dtype) implements Serializable {

  public enum Dtype {
    /** The fastest one that this machine computes natively and the model's weights allow. */
    AUTO,
    FLOAT32,
    BFLOAT16,
    FLOAT16
  }
}
