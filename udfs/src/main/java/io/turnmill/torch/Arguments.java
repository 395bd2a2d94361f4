package io.turnmill.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What Java hands to one call of a {@link TorchModule} and what comes back: owns all of it, and
 * frees it when closed. Int64, int32 and float32 only: a bfloat16 array of DJL's ends the JVM.
 */
final class Arguments implements AutoCloseable {
  private final PtNDManager manager;
  private final Deque<IValue> open = new ArrayDeque<>();

  Arguments(PtNDManager parent) {
    this.manager = parent.newSubManager(parent.getDevice());
  }

  /** A vector over the memory of {@code direct}, without a copy: valid as long as that is. */
  IValue vector(ByteBuffer direct, DataType type) {
    long elements = direct.remaining() / type.getNumOfBytes();
    return own(IValue.from(manager.create(direct, new Shape(elements), type)));
  }

  /** int64 [values.length], a copy. */
  IValue vector(long[] values) {
    return own(IValue.from((PtNDArray) manager.create(values)));
  }

  /** float32 [values.length / columns, columns]. */
  IValue matrix(float[] values, int columns) {
    Shape shape = new Shape(values.length / columns, columns);
    return own(IValue.from((PtNDArray) manager.create(values, shape)));
  }

  IValue longs(long... values) {
    return own(IValue.listFrom(values));
  }

  IValue number(long value) {
    return own(IValue.from(value));
  }

  IValue real(double value) {
    return own(IValue.from(value));
  }

  IValue flag(boolean value) {
    return own(IValue.from(value));
  }

  IValue text(String value) {
    return own(IValue.from(value));
  }

  /** Takes over a value, to be freed with the others. */
  IValue own(IValue value) {
    open.push(value);
    return value;
  }

  double[] doubles(IValue float64) {
    return float64.toTensor(manager).toDoubleArray();
  }

  float[] floats(IValue float32) {
    return float32.toTensor(manager).toFloatArray();
  }

  @Override
  public void close() {
    open.forEach(IValue::close);
    open.clear();
    manager.close();
  }
}
