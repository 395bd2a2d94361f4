package io.turnmill.model;

import java.util.List;

/**
 * A tensor that an architecture needs.
 *
 * @param layer its decoder layer, or -1 for one of the model as a whole
 * @param name its name in the layer (or the model), by which the TorchScript source knows it
 * @param storedName its name in the safetensors file
 */
public record Weight(int layer, String name, String storedName, List<Long> shape) {
  public Weight {
    shape = List.copyOf(shape);
  }
}
