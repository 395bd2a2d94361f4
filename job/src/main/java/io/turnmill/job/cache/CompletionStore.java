package io.turnmill.job.cache;

import static java.util.UUID.randomUUID;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.hadoop.Retry;
import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder in which completions are kept from one run to the next. Serialized and sent to the
 * executors.
 *
 * @param path a folder on any Hadoop file system
 * @param version the version of Turnmill, because another one may compute something else
 * @param buckets the number of buckets of this run
 */
public record CompletionStore(String path, String version, int buckets, HadoopConf hadoop)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String PROBE = "_probe-";

  /**
   * Checks that a folder can be written, by making and removing a file.
   *
   * @param path the folder; empty if there is no cache, and then nothing is checked
   * @throws SetupException when it cannot
   */
  public static void checkWritable(String path, Configuration conf) {
    if (path.isEmpty()) {
      return;
    }
    try {
      Path folder = FileSystems.path(path);
      FileSystem files = folder.getFileSystem(conf);
      Retry.of(Retry.Times.AT_START)
          .run("writing to " + folder, () -> probe(files, new Path(folder, PROBE + randomUUID())));
    } catch (IOException | IllegalArgumentException | FSError e) {
      throw new SetupException(
          FileSystems.shown("cache.path: cannot write to " + path + ": " + e.getMessage()), e);
    }
  }

  private static void probe(FileSystem files, Path probe) throws IOException {
    try (FSDataOutputStream out = files.create(probe, false)) {
      out.write(0);
    } finally {
      files.delete(probe, false);
    }
  }

  /** The part of the cache for one bucket. */
  public CompletionBucket ofBucket(int bucket) {
    return new CompletionBucket(this, bucket);
  }

  /** Leaves out the address, which may hold a password. */
  @Override
  public String toString() {
    return "CompletionStore[buckets=" + buckets + "]";
  }
}
