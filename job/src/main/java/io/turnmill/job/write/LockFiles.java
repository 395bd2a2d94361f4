package io.turnmill.job.write;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.hadoop.Retry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of an output folder's {@link RunLock}, numbered: {@code lock.json}, and, after that one
 * was broken, {@code lock-2.json} and so on. A run that breaks a lock makes the file with the next
 * number, so that an atomic create decides between two runs that do so at once, and no run writes
 * the file of another. The highest number counts. That file stays, marked as released, when its
 * holder is done, because the holder of a lower number may resume after hours with a request that
 * makes its file again. Only {@code lock.json} is removed, because no broken lock came before it.
 */
final class LockFiles {
  private static final Pattern NAME = Pattern.compile("lock(?:-(\\d{1,9}))?\\.json");

  private static final String RELEASED = "released";

  private final FileSystem files;
  private final SmallFiles small;
  private final SmallFiles once;
  private final Retry retry;
  private final Path folder;

  LockFiles(FileSystem files, Path folder, Retry retry) {
    this.files = files;
    this.small = new SmallFiles(files, retry);
    this.once = new SmallFiles(files, Retry.never());
    this.retry = retry;
    this.folder = folder;
  }

  Path path(int number) {
    return new Path(folder, number == 1 ? "lock.json" : "lock-" + number + ".json");
  }

  /** The number of the lock that counts; nothing when there is none. */
  OptionalInt last() throws IOException {
    return retry
        .call("listing " + folder, () -> numbers().max(Integer::compare))
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  private Stream<Integer> numbers() throws IOException {
    try {
      return Stream.of(files.listStatus(folder))
          .map(FileStatus::getPath)
          .map(file -> NAME.matcher(file.getName()))
          .filter(Matcher::matches)
          .map(name -> name.group(1) == null ? 1 : Integer.parseInt(name.group(1)));
    } catch (FileNotFoundException e) {
      return Stream.of();
    }
  }

  /** The content of a lock; an empty object if the file is there and was not written to its end. */
  Optional<JsonNode> read(int number) throws IOException {
    Path path = path(number);
    Optional<JsonNode> lock = small.read(path);
    return lock.isPresent() || !retry.call("reading " + path, () -> files.exists(path))
        ? lock
        : Optional.of(SmallFiles.json(Map.of()));
  }

  boolean create(int number, Map<String, Object> content) throws IOException {
    Path path = path(number);
    byte[] json = SmallFiles.bytes(content);
    return retry.call("writing " + path, () -> AtomicCreate.create(files, path, json));
  }

  /** Whether the lock of this number is the one that counts, and has this token. */
  boolean counts(int number, String token) throws IOException {
    return last().orElse(0) == number && has(small, number, token);
  }

  /** Writes a lock again if it still has this token; tries once. */
  void renew(int number, String token, Map<String, Object> content) throws IOException {
    if (has(once, number, token)) {
      once.replace(path(number), content);
    }
  }

  private boolean has(SmallFiles from, int number, String token) throws IOException {
    return from.read(path(number))
        .map(lock -> lock.path("token").asText().equals(token))
        .orElse(false);
  }

  void release(int number) throws IOException {
    if (number == 1) {
      small.remove(path(number));
    } else {
      small.replace(path(number), Map.of(RELEASED, true));
    }
  }

  static boolean isReleased(JsonNode lock) {
    return lock.path(RELEASED).asBoolean();
  }

  /** Removes the files of broken locks. */
  void removeBefore(int number) throws IOException {
    for (int before : retry.call("listing " + folder, () -> numbers().toList())) {
      if (before < number) {
        small.remove(path(before));
      }
    }
  }
}
