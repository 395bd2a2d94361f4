package io.turnmill.testing.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A field of a message in protobuf's wire format.
 *
 * <pre>
 *   | key: varint = number × 8 + wire type | length: varint, in wire type 2 alone | content |
 * </pre>
 *
 * @param content a text, a message, a number, or many numbers without gaps
 */
record ProtoField(int number, ByteBuffer content) {

  /** The fields of a message, in the order in which they lie there. */
  static List<ProtoField> of(ByteBuffer message) {
    ByteBuffer left = message.slice();
    List<ProtoField> fields = new ArrayList<>();
    while (left.hasRemaining()) {
      long key = varint(left);
      int wireType = (int) (key & 7);
      int bytes =
          switch (wireType) {
            case 0 -> varintBytes(left);
            case 1 -> Long.BYTES;
            case 2 -> Math.toIntExact(varint(left));
            case 5 -> Integer.BYTES;
            default ->
                throw new IllegalArgumentException(
                    "not a message of protobuf: it has the wire type " + wireType);
          };
      fields.add(new ProtoField((int) (key >>> 3), left.slice(left.position(), bytes)));
      left.position(left.position() + bytes);
    }
    return fields;
  }

  String text() {
    return StandardCharsets.UTF_8.decode(content.duplicate()).toString();
  }

  /** One or several whole numbers. */
  List<Long> varints() {
    ByteBuffer left = content.duplicate();
    List<Long> numbers = new ArrayList<>();
    while (left.hasRemaining()) {
      numbers.add(varint(left));
    }
    return numbers;
  }

  /** The content as it lies in the file, in the order of bytes that protobuf has. */
  ByteBuffer bytes() {
    return content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Seven bits in each byte, the lowest first; the eighth says that another byte follows. */
  private static long varint(ByteBuffer left) {
    long number = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = left.get();
      number |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return number;
      }
    }
  }

  private static int varintBytes(ByteBuffer from) {
    ByteBuffer left = from.duplicate();
    varint(left);
    return left.position() - from.position();
  }
}
