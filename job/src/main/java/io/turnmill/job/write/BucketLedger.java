package io.turnmill.job.write;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.hadoop.Retry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The entries of the buckets that are done, one small file each, in a folder for the staging that
 * they belong to. So a task that outlives its run cannot add an entry to the staging of a later
 * run. If there are several attempts at a bucket, one of them makes the entry, and only the files
 * of that attempt count.
 */
final class BucketLedger {
  private static final Pattern NAME = Pattern.compile("bucket-([0-9]{1,9})\\.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileSystem files;
  private final SmallFiles small;
  private final Path folder;
  private final String identity;

  /**
   * @param folder the folder of this staging's entries
   * @param identity the identity of the run; an entry that names another one does not count
   */
  BucketLedger(FileSystem files, Path folder, String identity) {
    this.files = files;
    this.small = new SmallFiles(files, Retry.never());
    this.folder = folder;
    this.identity = identity;
  }

  Optional<LedgerEntry> entry(int bucket) throws IOException {
    return small
        .read(path(bucket))
        .filter(json -> json.path("identity").asText().equals(identity))
        .flatMap(json -> SmallFiles.value(json.path("content"), LedgerEntry.class));
  }

  /**
   * Makes the entry of a bucket.
   *
   * @return the entry that counts: this one, or the one that another attempt made before
   */
  LedgerEntry enter(LedgerEntry entry) throws IOException {
    Path path = path(entry.bucket());
    Map<String, Object> content = new TreeMap<>(Map.of("identity", identity, "content", entry));
    if (AtomicCreate.create(files, path, JSON.writeValueAsBytes(content))) {
      return entry;
    }
    return entry(entry.bucket())
        .orElseThrow(() -> new IOException("The entry " + path + " cannot be read."));
  }

  /** Removes an entry whose files are missing, so that its bucket is done again. */
  void remove(int bucket) throws IOException {
    files.delete(path(bucket), false);
  }

  /** The buckets that have an entry, whether it can be read or not. */
  List<Integer> buckets() throws IOException {
    try {
      return Arrays.stream(files.listStatus(folder))
          .map(FileStatus::getPath)
          .map(path -> NAME.matcher(path.getName()))
          .filter(Matcher::matches)
          .map(name -> Integer.valueOf(name.group(1)))
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private Path path(int bucket) {
    return new Path(folder, "bucket-" + bucket + ".json");
  }
}
