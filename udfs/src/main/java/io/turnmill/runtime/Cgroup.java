package io.turnmill.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The control group of this process, as far as it limits memory: version 2 ({@code memory.max}), or
 * 1 ({@code memory.limit_in_bytes}). The limits of all groups above it count, too.
 */
final class Cgroup {
  private static final String MOUNT = "sys/fs/cgroup";

  /**
   * The names of the files in one version of control groups.
   *
   * @param cached names of the lines of {@code stat} that count file pages that can be given up
   */
  private record Names(String limit, String usage, List<String> cached) {}

  private static final Names V2 =
      new Names("memory.max", "memory.current", List.of("inactive_file", "active_file"));
  private static final Names V1 =
      new Names(
          "memory.limit_in_bytes",
          "memory.usage_in_bytes",
          List.of("total_inactive_file", "total_active_file"));

  private final List<Path> folders;
  private final Names names;

  private Cgroup(List<Path> folders, Names names) {
    this.folders = folders;
    this.names = names;
  }

  /**
   * @param root the root of the file system
   */
  static Cgroup of(Path root) {
    Path file = root.resolve("proc/self/cgroup");
    for (String line : Files.isReadable(file) ? lines(file) : List.<String>of()) {
      // hierarchy:controllers:path; see cgroups(7)
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
        return new Cgroup(folders(root.resolve(MOUNT).resolve("memory"), parts[2]), V1);
      }
      if (parts.length == 3 && parts[0].equals("0") && parts[1].isEmpty()) {
        return new Cgroup(folders(root.resolve(MOUNT), parts[2]), V2);
      }
    }
    return new Cgroup(List.of(), V2);
  }

  /** The group's folder and those above it; a container sees its own group as the mount itself. */
  private static List<Path> folders(Path mount, String path) {
    List<Path> folders = new ArrayList<>();
    Path folder = mount.resolve(path.replaceFirst("^/+", "")).normalize();
    while (folder.startsWith(mount)) {
      folders.add(folder);
      folder = folder.getParent();
    }
    return folders.isEmpty() ? List.of(mount) : folders;
  }

  /** Bytes that the narrowest limit leaves, file pages counted as free; empty without a limit. */
  OptionalLong left() {
    return folders.stream().map(this::left).flatMapToLong(OptionalLong::stream).min();
  }

  private OptionalLong left(Path folder) {
    Path limit = folder.resolve(names.limit());
    Path usage = folder.resolve(names.usage());
    if (!Files.isReadable(limit) || !Files.isReadable(usage)) {
      return OptionalLong.empty();
    }
    String bytes = lines(limit).get(0).strip();
    if (bytes.equals("max")) {
      return OptionalLong.empty();
    }
    long used = Long.parseLong(lines(usage).get(0).strip()) - cached(folder);
    return OptionalLong.of(Math.max(0, Long.parseLong(bytes) - Math.max(0, used)));
  }

  private long cached(Path folder) {
    Path stat = folder.resolve("memory.stat");
    if (!Files.isReadable(stat)) {
      return 0;
    }
    return lines(stat).stream()
        .map(line -> line.split(" ", 2))
        .filter(line -> line.length == 2 && names.cached().contains(line[0]))
        .mapToLong(line -> Long.parseLong(line[1].strip()))
        .sum();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
