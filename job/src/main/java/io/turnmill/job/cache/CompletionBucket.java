package io.turnmill.job.cache;

import io.turnmill.inference.CompletionCodec;
import io.turnmill.inference.RequestKey;
import io.turnmill.job.config.Sha256;
import io.turnmill.job.hadoop.FileSystems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the cached completions to one bucket's sessions, in whatever folders earlier runs put them.
 * A run with another number of buckets used other folders: of its {@code m} buckets, those can hold
 * a session of bucket {@code b} of {@code n} that are equal to {@code b} modulo the greatest common
 * divisor of {@code m} and {@code n}. So when one number divides the other, little is read in vain.
 */
public record CompletionBucket(CompletionStore cache, int bucket) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(CompletionBucket.class);
  private static final String BUCKETS = "buckets=";
  private static final String BUCKET = "bucket=";
  private static final int SCOPE_DIGITS = 32;

  /**
   * Reads the cached completions that can be read.
   *
   * @param runtimeScope what completions depend on besides their requests and the version of
   *     Turnmill
   */
  public TaskCompletionCache open(String runtimeScope) {
    String scope = "turnmill " + cache.version() + "\n" + runtimeScope;
    Path folder =
        new Path(FileSystems.path(cache.path()), Sha256.hex(scope).substring(0, SCOPE_DIGITS));
    Path own = folder(folder, cache.buckets(), bucket);
    Map<RequestKey, byte[]> known = new HashMap<>();
    List<Path> ownFiles = new ArrayList<>();
    List<StoredCompletion> ownEntries = new ArrayList<>();
    try {
      FileSystem files = folder.getFileSystem(cache.hadoop().get());
      Path qualified = files.makeQualified(own);
      for (Path file : files(files, folder)) {
        List<StoredCompletion> read = read(file);
        read.forEach(entry -> known.put(entry.key(), entry.completion()));
        if (!read.isEmpty() && file.getParent().equals(qualified)) {
          ownFiles.add(file);
          ownEntries.addAll(read);
        }
      }
    } catch (IOException | RuntimeException e) {
      warn("cannot be listed, and is not used for bucket " + bucket, folder, e);
    }
    CompletionWriter.Earlier earlier = new CompletionWriter.Earlier(ownFiles, ownEntries);
    return new TaskCompletionCache(
        scope, known, new CompletionWriter(folder, own, cache.hadoop(), earlier));
  }

  private List<Path> files(FileSystem files, Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    for (FileStatus of : list(files, folder)) {
      String name = of.getPath().getName();
      if (name.matches(BUCKETS + "\\d{1,7}")) {
        int others = Integer.parseInt(name.substring(BUCKETS.length()));
        for (int other : overlapping(others).toArray()) {
          Arrays.stream(list(files, folder(folder, others, other)))
              .map(FileStatus::getPath)
              .filter(file -> file.getName().matches("[^_.].*\\.parquet"))
              .forEach(found::add);
        }
      }
    }
    return found;
  }

  /** The buckets, among this many, that can hold a session of this bucket. */
  private IntStream overlapping(int others) {
    int step = BigInteger.valueOf(others).gcd(BigInteger.valueOf(cache.buckets())).intValue();
    return IntStream.iterate(bucket % step, other -> other < others, other -> other + step);
  }

  private static FileStatus[] list(FileSystem files, Path folder) throws IOException {
    try {
      return files.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  private static Path folder(Path scope, int buckets, int bucket) {
    return new Path(scope, BUCKETS + buckets + "/" + BUCKET + bucket);
  }

  /** The completions of a file that concern this bucket; none if the file is damaged. */
  private List<StoredCompletion> read(Path file) {
    List<StoredCompletion> read = new ArrayList<>();
    try {
      CompletionFile.read(
          file,
          cache.hadoop().get(),
          entry -> {
            CompletionCodec.decode(entry.completion());
            if (Math.floorMod(entry.sessionHash(), cache.buckets()) == bucket) {
              read.add(entry);
            }
          });
    } catch (IOException | RuntimeException e) {
      warn("cannot be read and is skipped; its replies are computed again", file, e);
      return List.of();
    }
    return read;
  }

  static void warn(String what, Path path, Throwable e) {
    LOG.warn("Reply cache: {} {}: {}", FileSystems.shown(path.toString()), what, e.toString());
  }
}
