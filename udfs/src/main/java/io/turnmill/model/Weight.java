package io.turnmill.model;

import java.util.List;

/**
 * A tensor that an architecture needs.
 *
 * @param layer its block, or -1 for one of the model as a whole
 * @param name its name in the block (or the model), by which the TorchScript source knows it
 * @param storedName its name in the safetensors files; those of a module's own file, such as {@code
 *     2_Dense/model.safetensors}, have its folder and a slash in front
 * @param use what it is for
 */
public record Weight(int layer, String name, String storedName, List<Long> shape, Use use) {

  /** What a tensor is for, as far as its precision goes. */
  public enum Use {
    /** Matrix [out, in] of a linear layer inside a block: may be quantised. */
    BLOCK_LINEAR,
    /** Matrix [vocabulary, in] of the layer that scores tokens. */
    OUTPUT_LINEAR,
    /** Embeddings, biases, normalisation, heads. */
    OTHER
  }

  static final int OF_MODEL = -1;

  public Weight {
    shape = List.copyOf(shape);
  }
}
