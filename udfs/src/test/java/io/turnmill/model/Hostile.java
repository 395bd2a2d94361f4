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

  private static boolean warm;

  private Hostile() {}

  /** The result, or empty when it was refused as it should be. */
  static <T> Optional<T> readOrRefused(Path place, long fileBytes, Supplier<T> read) {
    if (!warm) { // classes that are loaded at the first use are no cost of a file
      warm = true;
      try {
        assertThat(read.get()).isNotNull();
      } catch (ModelException e) {
        assertThat(e.getMessage()).isNotNull();
      }
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long cpu = THREADS.getCurrentThreadCpuTime();
    Optional<T> result;
    try {
      result = Optional.of(read.get());
    } catch (ModelException e) {
      assertThat(e.getMessage().lines()).hasSize(1);
      assertThat(e.getMessage().length()).isLessThanOrEqualTo(LIMIT_MESSAGE);
      assertThat(e.getMessage()).startsWith(place.toString()).endsWith(".");
      result = Optional.empty();
    }
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - allocated)
        .isLessThan(BASE_BYTES + BYTES_PER_BYTE * fileBytes);
    assertThat(THREADS.getCurrentThreadCpuTime() - cpu).isLessThan(LIMIT_CPU_NANOS);
    return result;
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
