package io.turnmill.torch;

/** Whether the matrices of a model's blocks are kept in fewer bits than its {@link Precision}. */
public enum Quantization {
  NONE,
  /**
   * Int8, one scale for each output channel; activations are quantised as they come. Embeddings,
   * normalisations and the output layer stay as they are.
   */
  INT8
}
