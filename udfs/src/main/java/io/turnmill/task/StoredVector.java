package io.turnmill.task;

import io.turnmill.task.TaskOptions.VectorType;

/** A vector as results store it. */
public final class StoredVector {
  /** The greatest whole number of an {@link VectorType#INT8} vector. */
  private static final int MOST = 127;

  private final VectorType type;

  /** The stored numbers; whole ones for {@link VectorType#INT8}. */
  private final float[] numbers;

  private final float scale;

  private StoredVector(VectorType type, float[] numbers, float scale) {
    this.type = type;
    this.numbers = numbers;
    this.scale = scale;
  }

  /** Stores numbers, of which at least one is not 0. */
  public static StoredVector of(float[] values, VectorType type) {
    return switch (type) {
      case FLOAT32 -> new StoredVector(type, values.clone(), 1);
      case FLOAT16 -> {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
          rounded[i] = Half.round(values[i]);
        }
        yield new StoredVector(type, rounded, 1);
      }
      case INT8 -> quantized(values);
    };
  }

  /**
   * A vector as it was stored.
   *
   * @param numbers whole ones for {@link VectorType#INT8}
   * @param scale what each is to be multiplied by
   */
  public static StoredVector stored(VectorType type, float[] numbers, float scale) {
    return new StoredVector(type, numbers.clone(), scale);
  }

  /** Divides a vector by its length; one of length 0 stays as it is. */
  public static void normalize(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    double length = Math.sqrt(squares);
    for (int i = 0; i < values.length && length > 0; i++) {
      values[i] = (float) (values[i] / length);
    }
  }

  private static StoredVector quantized(float[] values) {
    float most = 0;
    for (float value : values) {
      most = Math.max(most, Math.abs(value));
    }
    float scale = most == 0 ? 1 : most / MOST;
    float[] whole = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      whole[i] = Math.max(-MOST, Math.min(MOST, Math.round(values[i] / scale)));
    }
    return new StoredVector(VectorType.INT8, whole, scale);
  }

  public VectorType type() {
    return type;
  }

  public int size() {
    return numbers.length;
  }

  /** A stored number; a whole one for {@link VectorType#INT8}. */
  public float number(int index) {
    return numbers[index];
  }

  /** What each stored number is to be multiplied by; 1 except for {@link VectorType#INT8}. */
  public float scale() {
    return scale;
  }

  /** The number that a stored one stands for. */
  public float value(int index) {
    return numbers[index] * scale;
  }

  /** The length only. */
  @Override
  public String toString() {
    return "StoredVector[" + type.wireName() + ", " + numbers.length + "]";
  }
}
