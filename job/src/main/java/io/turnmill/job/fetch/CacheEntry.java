package io.turnmill.job.fetch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of the cache.
 *
 * @param key of its source
 * @param state how far it has come
 * @param bytes of its files in full length, holes included
 * @param lastUsed when it was last loaded from, or last written to
 */
record CacheEntry(Path path, String key, State state, long bytes, Instant lastUsed) {
  /** Touched at each use. */
  static final String USED = ".used";

  private static final Pattern NAME = Pattern.compile("([0-9a-f]{64})(\\.part|\\.gone)?");

  enum State {
    COMPLETE,
    PART,
    /** On its way out: its deletion was interrupted. */
    GONE
  }

  static Path complete(Path cache, String key) {
    return cache.resolve(key);
  }

  static Path part(Path cache, String key) {
    return cache.resolve(key + ".part");
  }

  static List<CacheEntry> all(Path cache) throws IOException {
    List<Path> paths;
    try (Stream<Path> found = Files.list(cache)) {
      paths = found.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)).toList();
    }
    List<CacheEntry> entries = new ArrayList<>();
    for (Path path : paths) {
      Matcher name = NAME.matcher(path.getFileName().toString());
      if (name.matches()) {
        State state =
            name.group(2) == null
                ? State.COMPLETE
                : name.group(2).equals(".part") ? State.PART : State.GONE;
        entries.add(new CacheEntry(path, name.group(1), state, bytes(path), used(path, state)));
      }
    }
    return entries;
  }

  private static Instant used(Path path, State state) throws IOException {
    Path file = path.resolve(state == State.COMPLETE ? USED : Fetch.JOURNAL);
    try {
      return Files.getLastModifiedTime(Files.exists(file) ? file : path).toInstant();
    } catch (NoSuchFileException e) {
      return Instant.EPOCH; // somebody else is deleting it
    }
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) { // follows no links
      return files
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .mapToLong(CacheEntry::size)
          .sum();
    } catch (UncheckedIOException e) {
      return 0; // its owner renamed it while it was counted
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Takes it out of use by one rename, then deletes it: half an entry never looks like one. */
  void delete() throws IOException {
    Path gone = path.resolveSibling(key + ".gone");
    if (state != State.GONE) {
      if (Files.exists(gone, LinkOption.NOFOLLOW_LINKS)) {
        deleteTree(gone);
      }
      Files.move(path, gone, StandardCopyOption.ATOMIC_MOVE);
    }
    deleteTree(gone);
  }

  private static void deleteTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failed)
              throws IOException {
            if (failed != null) {
              throw failed;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
