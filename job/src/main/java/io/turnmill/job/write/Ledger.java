package io.turnmill.job.write;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What of a run is done, and stays done when it is killed: one small file for the staged data and
 * one for each bucket, written when everything else of it is at its place. What has no such file
 * does not count, whatever else is there. A file that another run left is not ours.
 *
 * <pre>
 *   work/ledger/staged.json     counts of the staged data
 *   work/ledger/bucket-N.json   the bucket's books and files
 * </pre>
 */
public final class Ledger {
  private static final String STAGED = "staged.json";

  private final FileSystem files;
  private final SmallFiles small;
  private final Path root;
  private final Path folder;
  private final String identity;
  private final Optional<RunLock> lock;

  Ledger(FileSystem files, Path root, Path folder, String identity, Optional<RunLock> lock) {
    this.lock = lock;
    this.files = files;
    this.small = new SmallFiles(files);
    this.root = root;
    this.folder = folder;
    this.identity = identity;
  }

  /**
   * Makes sure that nobody has taken the lock away.
   *
   * @throws IOException when somebody has, or when there is none: nothing may be written
   */
  public void checkLock() throws IOException {
    lock.orElseThrow(() -> new IllegalStateException("Nobody holds the lock. This is a bug."))
        .check();
  }

  /** Staging is done, and this is what it counted. */
  public void commitStaged(Object counts) throws IOException {
    checkLock();
    small.replace(new Path(folder, STAGED), entry(counts));
  }

  /** What {@link #commitStaged} was given, if staging is done. */
  public <T> Optional<T> staged(Class<T> type) throws IOException {
    return content(new Path(folder, STAGED)).flatMap(json -> SmallFiles.value(json, type));
  }

  /** The bucket's files are all at their place. */
  public void commit(BucketBooks bucket) throws IOException {
    checkLock();
    small.replace(new Path(folder, "bucket-" + bucket.bucket() + ".json"), entry(bucket));
  }

  /** The buckets that are done: those with an entry whose files are all there, in full length. */
  public Map<Integer, BucketBooks> done() throws IOException {
    List<Path> entries;
    try {
      entries =
          Arrays.stream(files.listStatus(folder))
              .map(FileStatus::getPath)
              .filter(path -> path.getName().matches("bucket-\\d+\\.json"))
              .toList();
    } catch (FileNotFoundException e) {
      return Map.of();
    }
    try {
      // An object store answers one question in milliseconds, and a thousand in seconds.
      return entries.parallelStream()
          .flatMap(path -> bucket(path).stream())
          .collect(
              Collectors.toMap(BucketBooks::bucket, books -> books, (a, b) -> a, TreeMap::new));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Optional<BucketBooks> bucket(Path path) {
    try {
      return content(path)
          .flatMap(json -> SmallFiles.value(json, BucketBooks.class))
          .filter(books -> books.files().stream().allMatch(this::isThere));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isThere(WrittenFile file) {
    try {
      return files.getFileStatus(new Path(root, file.path())).getLen() == file.length();
    } catch (FileNotFoundException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Object> entry(Object content) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("identity", identity);
    entry.put("content", content);
    return entry;
  }

  private Optional<JsonNode> content(Path path) throws IOException {
    return small
        .read(path)
        .filter(json -> json.path("identity").asText().equals(identity))
        .map(json -> json.path("content"));
  }
}
