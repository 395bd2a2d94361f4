package io.turnmill.job.fetch;

import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;

/**
 * Makes room in a cache, within its limit and the space of the disk. The entry that was used least
 * recently is removed first, whether it is complete or not; an entry that a process uses is never
 * removed. To be called under the lock of the cache.
 *
 * @param limitBytes the most bytes of all entries together; 0 for no limit other than the disk's
 */
record CacheEviction(Path cache, long limitBytes, FetchEnvironment environment) {
  /** A file that is written in an entry at each use. */
  static final String USED = ".used";

  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}(\\.part)?");

  /**
   * An entry of the cache: one folder.
   *
   * @param bytes the lengths of its files together, including parts that are not yet written
   */
  private record Entry(Path path, String key, long bytes, Instant lastUsed) {}

  /**
   * Evicts until a folder fits.
   *
   * @param missingBytes how many bytes of the folder are not on the disk yet
   * @throws SetupException when it does not fit, although nothing more can be removed
   */
  void makeRoom(ModelSource source, long missingBytes) throws IOException {
    List<Entry> others = others(source.key());
    for (Entry victim : List.copyOf(others)) {
      boolean fits = overLimit(others, source) <= 0 && freeBytes() >= missingBytes;
      if (!fits && evicted(victim)) {
        others.remove(victim);
      }
    }
    long over = overLimit(others, source);
    if (over > 0) {
      throw new SetupException(
          String.format(
              Locale.ROOT,
              "%s has %d bytes, for which %s is %d too small: model.cache_limit_bytes = %d, and the"
                  + " rest is in use.",
              source.shown(),
              source.sizeBytes(),
              cache,
              over,
              limitBytes));
    }
    if (freeBytes() < missingBytes) {
      throw new SetupException(
          String.format(
              Locale.ROOT,
              "%s needs %d bytes in %s, but its disk has %d left. Make room, or set"
                  + " model.cache_path to a folder on another disk.",
              source.shown(),
              missingBytes,
              cache,
              freeBytes()));
    }
  }

  private long freeBytes() {
    return environment.freeBytes().applyAsLong(cache);
  }

  private long overLimit(List<Entry> others, ModelSource source) {
    long occupied = others.stream().mapToLong(Entry::bytes).sum();
    return limitBytes == 0 ? 0 : occupied + source.sizeBytes() - limitBytes;
  }

  private boolean evicted(Entry entry) throws IOException {
    boolean evicted =
        FileLocks.ifUnused(HostCache.useLock(cache, entry.key()), () -> delete(entry));
    if (evicted) {
      FolderFetch.LOG.info(
          "Removed a model of {} bytes from {}, last used {}.",
          entry.bytes(),
          cache,
          entry.lastUsed());
    }
    return evicted;
  }

  private void delete(Entry entry) throws IOException {
    Path part = HostCache.part(cache, entry.key());
    if (!entry.path().equals(part)) {
      demote(entry.path(), part);
    }
    deleteTree(part);
  }

  /**
   * Renames a complete entry to a part, so that an entry without some files never looks complete.
   */
  static void demote(Path entry, Path part) throws IOException {
    deleteTree(part);
    Files.move(entry, part, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void deleteTree(Path folder) throws IOException {
    if (!FileUtil.fullyDelete(folder.toFile()) && Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(folder + " cannot be deleted");
    }
  }

  /** All entries except one, in the order of their last use, the earliest first. */
  private List<Entry> others(String key) throws IOException {
    List<Entry> others = new ArrayList<>();
    try (Stream<Path> found = Files.list(cache)) {
      for (Path path : found.toList()) {
        String name = path.getFileName().toString();
        if (NAME.matcher(name).matches() && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          String own = name.substring(0, key.length());
          others.add(new Entry(path, own, bytes(path), lastUsed(path)));
        }
      }
    }
    others.removeIf(entry -> entry.key().equals(key));
    others.sort(Comparator.comparing(Entry::lastUsed));
    return others;
  }

  private static Instant lastUsed(Path path) throws IOException {
    Path used = path.resolve(USED);
    return Files.getLastModifiedTime(Files.exists(used) ? used : path).toInstant();
  }

  private static long bytes(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(folder)) { // follows no links
      for (Path file : files.toList()) {
        BasicFileAttributes attributes =
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        bytes += attributes.isRegularFile() ? attributes.size() : 0;
      }
    } catch (UncheckedIOException | NoSuchFileException e) {
      return bytes; // its files are being removed while they are counted
    }
    return bytes;
  }
}
