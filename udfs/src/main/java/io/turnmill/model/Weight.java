package io.turnmill.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A tensor that an architecture needs.
 *
 * @param layer its block, or -1 for one of the model as a whole
 * @param name its name in the block (or the model), by which the TorchScript source knows it
 * @param storedName its name in the safetensors files; those of a module's own file, such as {@code
 *     2_Dense/model.safetensors}, have its folder and a slash in front
 * @param rows which rows of the stored tensor it is; empty for all of them
 * @param use what it is for
 */
public record Weight(
    int layer, String name, String storedName, List<Long> shape, Optional<RowRange> rows, Use use) {

  /**
   * A part of a stored tensor, from row {@code first} on.
   *
   * @param all rows of the stored tensor
   */
  public record RowRange(long first, long all) {}

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

  /** A whole stored tensor. */
  Weight(int layer, String name, String storedName, List<Long> shape, Use use) {
    this(layer, name, storedName, shape, Optional.empty(), use);
  }

  /** Shape of the tensor in the file. */
  List<Long> storedShape() {
    List<Long> stored = new ArrayList<>(shape);
    rows.ifPresent(range -> stored.set(0, range.all()));
    return stored;
  }

  /** This weight's rows of a tensor that has the stored tensor's rows. */
  StoredTensor of(StoredTensor stored) {
    return rows.map(range -> stored.rows(range.first(), shape.get(0))).orElse(stored);
  }
}
