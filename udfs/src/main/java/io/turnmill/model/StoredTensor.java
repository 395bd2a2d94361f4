package io.turnmill.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a tensor lies in a safetensors file: {@code elements()} values of {@code type}, row-major,
 * little-endian, from byte {@code offset} of {@code file} on.
 */
public record StoredTensor(
    String name, Path file, StoredType type, List<Long> shape, long offset, long bytes) {
  public StoredTensor {
    shape = List.copyOf(shape);
  }

  public long elements() {
    return bytes / type.bytes();
  }

  /** The {@code count} rows from {@code first} on. */
  StoredTensor rows(long first, long count) {
    long bytesOfRow = bytes / shape.get(0);
    List<Long> part = new ArrayList<>(shape);
    part.set(0, count);
    return new StoredTensor(
        name, file, type, part, offset + first * bytesOfRow, count * bytesOfRow);
  }

  /** Whether the offset suits the element size, so that the file can be read in place. */
  public boolean aligned() {
    return offset % type.bytes() == 0;
  }
}
