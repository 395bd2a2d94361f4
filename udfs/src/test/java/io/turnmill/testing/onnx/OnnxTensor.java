package io.turnmill.testing.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A constant of an ONNX graph.
 *
 * @param numbers in the order of the file's bytes, little-endian, the last dimension first to
 *     change
 */
record OnnxTensor(String name, Type type, List<Integer> shape, ByteBuffer numbers) {

  /** How numbers are stored, as far as weights are stored so. */
  enum Type {
    FLOAT,
    UINT8,
    INT8,
    /** Not that of a weight: it cannot be read. */
    OTHER;

    /** By the number in {@code TensorProto.DataType}. */
    private static Type numbered(long number) {
      return switch ((int) number) {
        case 1 -> FLOAT;
        case 2 -> UINT8;
        case 3 -> INT8;
        default -> OTHER;
      };
    }
  }

  /** Reads a {@code TensorProto}. */
  static OnnxTensor of(ByteBuffer message) {
    String name = "";
    Type type = Type.OTHER;
    List<Integer> shape = new ArrayList<>();
    ByteBuffer numbers = ByteBuffer.allocate(0);
    for (ProtoField field : ProtoField.of(message)) {
      switch (field.number()) {
        case 1 -> field.varints().forEach(size -> shape.add(Math.toIntExact(size)));
        case 2 -> type = Type.numbered(field.varints().get(0));
        case 4, 9 -> numbers = field.bytes(); // float_data, raw_data
        case 5 -> numbers = lowBytes(field.varints()); // int32_data
        case 8 -> name = field.text();
        default -> {} // other types' data, and what people read
      }
    }
    return new OnnxTensor(name, type, List.copyOf(shape), numbers);
  }

  /** Numbers of one byte are stored as whole ones where there are few. */
  private static ByteBuffer lowBytes(List<Long> numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.size()).order(ByteOrder.LITTLE_ENDIAN);
    numbers.forEach(number -> bytes.put(number.byteValue()));
    return bytes.flip();
  }

  /** How many numbers there are. */
  int size() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  /** A number that is stored as a float. */
  float real(int place) {
    check(type == Type.FLOAT);
    return numbers.getFloat(Float.BYTES * place);
  }

  /** A number that is stored in 8 bits. */
  int whole(int place) {
    check(type == Type.INT8 || type == Type.UINT8);
    return type == Type.INT8 ? numbers.get(place) : Byte.toUnsignedInt(numbers.get(place));
  }

  private void check(boolean right) {
    if (!right) {
      throw new IllegalArgumentException(
          "%s is not stored as it was read, but as %s".formatted(name, type));
    }
  }
}
