package io.turnmill.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Finds out how much memory this process may still take. */
final class FreeMemory {
  private FreeMemory() {}

  /**
   * The bytes that the operating system could give without swapping, less those by which the heap
   * may still grow.
   */
  static long bytes() {
    Runtime jvm = Runtime.getRuntime();
    long heap = Math.max(0, jvm.maxMemory() - jvm.totalMemory());
    return Math.max(0, ofSystem() - heap);
  }

  private static long ofSystem() {
    Path root = Path.of("/");
    if (Files.isReadable(root.resolve("proc/meminfo"))) {
      return onLinux(root);
    }
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getFreeMemorySize()
        : Runtime.getRuntime().maxMemory();
  }

  /**
   * {@code MemAvailable}, which counts the page cache as free, and in a container at most what its
   * limit leaves.
   *
   * @param root the root of the file system
   */
  static long onLinux(Path root) {
    long available = meminfo(root.resolve("proc/meminfo"), "MemAvailable:");
    OptionalLong left = Cgroup.of(root).left();
    return left.isPresent() ? Math.min(available, left.getAsLong()) : available;
  }

  /** A line of {@code /proc/meminfo} reads {@code MemAvailable: 12345 kB}; see proc_meminfo(5). */
  private static long meminfo(Path file, String name) {
    try (Stream<String> lines = Files.lines(file)) {
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
