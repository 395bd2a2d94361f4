package io.turnmill.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Holds what is done with a hostile file to its bounds: a result or one {@link ModelException}, one
 * clear line that names the place, little memory, little time.
 */
final class Hostile {
  /** Buffers, path objects, streams, messages: what a file of no size at all costs. */
  static final long BASE_BYTES = 1_000_000;

  /**
   * What a byte of a file may cost. The file itself is read once; the densest text there is, {@code
   * [[],[],…]}, costs 30 bytes a byte as a tree of objects, the rest is garbage of growing lists.
   * No length, offset or shape that a file states adds to it.
   */
  static final long BYTES_PER_BYTE = 64;

  private static final long LIMIT_CPU_NANOS = 2_000_000_000L;
  private static final int LIMIT_MESSAGE = 900;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Hostile() {}

  /** The result, or empty when it was refused as it should be. */
  static <T> Optional<T> readOrRefused(Path place, long fileBytes, Supplier<T> read) {
    long limit = BASE_BYTES + BYTES_PER_BYTE * fileBytes;
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long cpu = THREADS.getCurrentThreadCpuTime();
    Optional<T> result = once(place, read);
    if (THREADS.getCurrentThreadAllocatedBytes() - allocated >= limit) {
      // Classes that an error needs for the first time, and jars opened on the way to them, are no
      // cost of the file: the second time counts.
      allocated = THREADS.getCurrentThreadAllocatedBytes();
      cpu = THREADS.getCurrentThreadCpuTime();
      result = once(place, read);
    }
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - allocated).isLessThan(limit);
    assertThat(THREADS.getCurrentThreadCpuTime() - cpu).isLessThan(LIMIT_CPU_NANOS);
    return result;
  }

  private static <T> Optional<T> once(Path place, Supplier<T> read) {
    try {
      return Optional.of(read.get());
    } catch (ModelException e) {
      assertThat(e.getMessage().lines()).hasSize(1);
      assertThat(e.getMessage().length()).isLessThanOrEqualTo(LIMIT_MESSAGE);
      assertThat(e.getMessage()).startsWith(place.toString()).endsWith(".");
      return Optional.empty();
    }
  }

  /** Writes the bytes to a file of their own, which is gone afterwards. */
  static Optional<Safetensors> safetensors(byte[] bytes) {
    try {
      Path file = Files.createTempFile("fuzz", ".safetensors");
      try {
        Files.write(file, bytes);
        return readOrRefused(file, bytes.length, () -> Safetensors.read(file));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
