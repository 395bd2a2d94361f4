package io.turnmill.job.cache;

import io.turnmill.job.hadoop.HadoopConf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where a task puts the replies that it adds.
 *
 * @param scope folder of all replies that depend on the same
 * @param folder of the bucket
 */
record NewReplies(Path scope, Path folder, HadoopConf hadoop) {
  private static final String SCOPE = "scope.txt";

  /**
   * Writes one file, under a name that does not count until it is complete. A cache that cannot be
   * written costs time in the next run, and nothing in this one.
   */
  void write(String scopeText, Collection<StoredReply> entries) {
    String name = UUID.randomUUID() + ".parquet";
    Path unfinished = new Path(folder, "_" + name);
    try {
      FileSystem files = folder.getFileSystem(hadoop.get());
      describe(files, scopeText);
      try {
        ReplyFile.write(unfinished, hadoop.get(), entries);
        if (!files.rename(unfinished, new Path(folder, name))) {
          throw new IOException("The file could not be renamed.");
        }
      } catch (IOException | RuntimeException e) {
        files.delete(unfinished, false);
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      BucketCache.warn("cannot be written; " + entries.size() + " replies are not kept", folder, e);
    }
  }

  private void describe(FileSystem files, String scopeText) throws IOException {
    Path description = new Path(scope, SCOPE);
    if (!files.exists(description)) {
      try (FSDataOutputStream out = files.create(description, true)) {
        out.write((scopeText + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
