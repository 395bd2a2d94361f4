package io.turnmill.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Writes a safetensors file of random numbers in given shapes. */
final class RandomWeights {
  private static final int CHUNK = 1 << 22;

  private RandomWeights() {}

  /** How numbers are stored. */
  enum Type {
    BF16(2),
    F32(4);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }
  }

  /**
   * Writes the file; it is there when it is whole.
   *
   * @param shapes by name, in the order of the file
   */
  static void write(Path file, Type type, Map<String, long[]> shapes) throws IOException {
    StringBuilder header = new StringBuilder("{");
    long offset = 0;
    for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
      long[] shape = tensor.getValue();
      long bytes = type.bytes * Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      header.append(
          String.format(
              Locale.ROOT,
              "%s\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}",
              offset == 0 ? "" : ",",
              tensor.getKey(),
              type,
              Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(",")),
              offset,
              offset + bytes));
      offset += bytes;
    }
    header.append('}');
    while (header.length() % 8 != 0) {
      header.append(' ');
    }
    byte[] bytes = header.toString().getBytes(StandardCharsets.US_ASCII);
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (FileChannel channel =
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(length.putLong(bytes.length).flip());
      channel.write(ByteBuffer.wrap(bytes));
      noise(channel, type, offset);
    }
    Files.move(part, file);
  }

  /** Uniform in about ±0.03: sizes that keep activations in range. */
  private static void noise(FileChannel channel, Type type, long bytes) throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (long left = bytes; left > 0; ) {
      chunk.clear();
      while (chunk.hasRemaining()) {
        float value = (random.nextInt(1 << 16) - (1 << 15)) * (0.03f / (1 << 15));
        switch (type) {
          case BF16 -> chunk.putShort((short) (Float.floatToIntBits(value) >>> 16));
          case F32 -> chunk.putFloat(value);
        }
      }
      chunk.flip();
      chunk.limit((int) Math.min(chunk.limit(), left));
      left -= chunk.remaining();
      while (chunk.hasRemaining()) {
        channel.write(chunk);
      }
    }
  }
}
