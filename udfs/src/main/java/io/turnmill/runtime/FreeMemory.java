package io.turnmill.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How much memory this process may still take. */
final class FreeMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");

  private FreeMemory() {}

  /**
   * Bytes that the operating system could give without swapping. On Linux that is {@code
   * MemAvailable} (which counts the page cache as free), at most the container's limit.
   */
  static long bytes() {
    if (!(ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system)) {
      return Runtime.getRuntime().maxMemory();
    }
    if (!Files.isReadable(MEMINFO)) {
      return system.getFreeMemorySize();
    }
    return Math.min(memAvailable(), system.getTotalMemorySize());
  }

  /** A line of {@code /proc/meminfo} reads {@code MemAvailable: 12345 kB}; see proc_meminfo(5). */
  private static long memAvailable() {
    try (Stream<String> lines = Files.lines(MEMINFO)) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
