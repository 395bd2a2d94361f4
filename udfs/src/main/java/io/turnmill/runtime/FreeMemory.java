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
   * MemAvailable} (which counts the page cache as free), in a container at most what is left of it.
   */
  static long bytes() {
    if (!(ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system)) {
      return Runtime.getRuntime().maxMemory();
    }
    if (!Files.isReadable(MEMINFO)) {
      return system.getFreeMemorySize();
    }
    // A JVM in a container sees the container's limit and what of it is left.
    boolean limited = system.getTotalMemorySize() < meminfo("MemTotal:");
    long available = meminfo("MemAvailable:");
    return limited ? Math.min(available, system.getFreeMemorySize()) : available;
  }

  /** A line of {@code /proc/meminfo} reads {@code MemAvailable: 12345 kB}; see proc_meminfo(5). */
  private static long meminfo(String name) {
    try (Stream<String> lines = Files.lines(MEMINFO)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
