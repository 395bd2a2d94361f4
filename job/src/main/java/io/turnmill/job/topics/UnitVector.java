package io.turnmill.job.topics;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A vector of length 1. */
final class UnitVector implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double[] values;

  private UnitVector(double[] values) {
    this.values = values;
  }

  /** The vector in a direction; empty if it has no length, or one that is not finite. */
  static Optional<UnitVector> of(double[] direction) {
    double squares = 0;
    for (double value : direction) {
      squares += value * value;
    }
    double length = Math.sqrt(squares);
    if (length == 0 || !Double.isFinite(length)) {
      return Optional.empty();
    }
    double[] values = new double[direction.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = direction[i] / length;
    }
    return Optional.of(new UnitVector(values));
  }

  /** As above, of numbers of any type, such as those of a vector that was stored in bytes. */
  static Optional<UnitVector> of(List<? extends Number> direction) {
    return of(direction.stream().mapToDouble(Number::doubleValue).toArray());
  }

  /** The direction between vectors; empty if they cancel out. */
  static Optional<UnitVector> between(List<UnitVector> vectors) {
    double[] sums = new double[vectors.get(0).values.length];
    for (UnitVector vector : vectors) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += vector.values[i];
      }
    }
    return of(sums);
  }

  /**
   * @throws IllegalArgumentException if the other vector has another length
   */
  double cosine(UnitVector other) {
    if (other.values.length != values.length) {
      throw new IllegalArgumentException(
          "One vector has " + values.length + " numbers and another " + other.values.length + ".");
    }
    double product = 0;
    for (int i = 0; i < values.length; i++) {
      product += values[i] * other.values[i];
    }
    return product;
  }

  /** A copy of the numbers. */
  double[] values() {
    return values.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UnitVector vector && Arrays.equals(values, vector.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /** The length only. */
  @Override
  public String toString() {
    return "UnitVector[" + values.length + "]";
  }
}
