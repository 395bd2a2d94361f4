package io.turnmill.torch;

/** Number type of weights, activations and cache. Normalisation and scores are float32 always. */
public enum Precision {
  /**
   * {@link #BFLOAT16} where the hardware multiplies it, else {@link #FLOAT16} on CUDA and {@link
   * #FLOAT32} on CPUs.
   */
  AUTO(-1, 0),
  FLOAT32(6, 4),
  BFLOAT16(15, 2),
  FLOAT16(5, 2);

  private final int code;
  private final int bytes;

  Precision(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** PyTorch's number of this scalar type. */
  int code() {
    if (this == AUTO) {
      throw new IllegalStateException("AUTO was not resolved. This is a bug.");
    }
    return code;
  }

  /** Size of one number. */
  public int bytes() {
    return bytes;
  }
}
