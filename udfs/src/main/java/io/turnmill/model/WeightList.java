package io.turnmill.model;

import io.turnmill.model.Weight.RowRange;
import io.turnmill.model.Weight.Use;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Gathers the tensors of an architecture, in the order of its blocks. */
final class WeightList {
  private final List<Weight> weights = new ArrayList<>();

  /** A tensor of the model as a whole, stored under {@code storedName}. */
  WeightList model(String name, String storedName, long... shape) {
    return add(Weight.OF_MODEL, name, storedName, Use.OTHER, shape);
  }

  WeightList add(Weight weight) {
    weights.add(weight);
    return this;
  }

  /** Matrix [out, in] and bias of a linear layer of the model as a whole. */
  WeightList modelLinear(String name, String storedName, long out, long in, boolean bias) {
    model(name + ".weight", storedName + ".weight", out, in);
    return bias ? model(name + ".bias", storedName + ".bias", out) : this;
  }

  /** Weight and bias of a normalisation of the model as a whole. */
  WeightList modelNorm(String name, String storedName, long width, boolean bias) {
    model(name + ".weight", storedName + ".weight", width);
    return bias ? model(name + ".bias", storedName + ".bias", width) : this;
  }

  /** The tensors of block number {@code layer}, whose stored names begin with {@code prefix}. */
  Block block(int layer, String prefix) {
    return new Block(layer, prefix);
  }

  List<Weight> list() {
    return List.copyOf(weights);
  }

  private WeightList add(int layer, String name, String storedName, Use use, long... shape) {
    return add(new Weight(layer, name, storedName, shape(shape), use));
  }

  private static List<Long> shape(long... shape) {
    return Arrays.stream(shape).boxed().toList();
  }

  /** One block. */
  final class Block {
    private final int layer;
    private final String prefix;

    private Block(int layer, String prefix) {
      this.layer = layer;
      this.prefix = prefix;
    }

    Block linear(String name, String storedName, long out, long in, boolean bias) {
      add(layer, name + ".weight", prefix + storedName + ".weight", Use.BLOCK_LINEAR, out, in);
      if (bias) {
        add(layer, name + ".bias", prefix + storedName + ".bias", Use.OTHER, out);
      }
      return this;
    }

    /** The same where the architecture's own name serves in the source, too. */
    Block linear(String name, long out, long in, boolean bias) {
      return linear(name, name, out, in, bias);
    }

    /**
     * The matrix of a linear layer without a bias that is stored as rows of a larger one.
     *
     * @param rows where they lie in the stored matrix
     */
    Block linear(String name, String storedName, long out, long in, RowRange rows) {
      String file = prefix + storedName + ".weight";
      WeightList.this.add(
          new Weight(
              layer, name + ".weight", file, shape(out, in), Optional.of(rows), Use.BLOCK_LINEAR));
      return this;
    }

    Block norm(String name, String storedName, long width, boolean bias) {
      tensor(name + ".weight", storedName + ".weight", width);
      return bias ? tensor(name + ".bias", storedName + ".bias", width) : this;
    }

    Block tensor(String name, String storedName, long... shape) {
      add(layer, name, prefix + storedName, Use.OTHER, shape);
      return this;
    }
  }
}
