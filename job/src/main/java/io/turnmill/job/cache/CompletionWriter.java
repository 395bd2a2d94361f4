package io.turnmill.job.cache;

import io.turnmill.job.hadoop.HadoopConf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes the completions that a task adds to the cache.
 *
 * @param scope the folder of all completions with the same scope
 * @param folder the folder of the bucket
 * @param earlier what the folder held when the task began
 */
record CompletionWriter(Path scope, Path folder, HadoopConf hadoop, Earlier earlier) {
  private static final String SCOPE = "scope.txt";

  /** A bucket's folder has no more files than this, however often runs add to it. */
  private static final int MOST_FILES = 16;

  /**
   * The files of a folder that could be read.
   *
   * @param entries all their completions
   */
  record Earlier(List<Path> files, List<StoredCompletion> entries) {
    Earlier {
      files = List.copyOf(files);
      entries = List.copyOf(entries);
    }
  }

  /**
   * Writes one file, under a name that does not count until it is complete. If there are many
   * files, it replaces the earlier ones. A cache that cannot be written costs time in the next run,
   * but does not fail this one. Errors are caught, too, because Hadoop throws one when a local disk
   * is full.
   */
  void write(String scopeText, Collection<StoredCompletion> added) {
    boolean merges = earlier.files().size() >= MOST_FILES;
    List<StoredCompletion> entries = new ArrayList<>(added);
    if (merges) {
      entries.addAll(earlier.entries());
    }
    String name = UUID.randomUUID() + ".parquet";
    Path unfinished = new Path(folder, "_" + name);
    try {
      FileSystem files = folder.getFileSystem(hadoop.get());
      describe(files, scopeText);
      try {
        CompletionFile.write(unfinished, hadoop.get(), entries);
        if (!files.rename(unfinished, new Path(folder, name))) {
          throw new IOException("The file could not be renamed.");
        }
      } catch (IOException | RuntimeException | FSError e) {
        files.delete(unfinished, false);
        throw e;
      }
      if (merges) {
        // A task that listed them earlier does not find them any more, and computes their
        // completions.
        for (Path file : earlier.files()) {
          files.delete(file, false);
        }
      }
    } catch (IOException | RuntimeException | FSError e) {
      CompletionBucket.warn(
          "cannot be written as it should: " + added.size() + " replies", folder, e);
    }
  }

  /**
   * Writes the file that describes the scope to people. If several tasks do so at once, any may
   * win.
   */
  private void describe(FileSystem files, String scopeText) throws IOException {
    Path description = new Path(scope, SCOPE);
    if (files.exists(description)) {
      return;
    }
    Path own = new Path(scope, "_" + UUID.randomUUID() + ".txt");
    try (FSDataOutputStream out = files.create(own, false)) {
      out.write((scopeText + "\n").getBytes(StandardCharsets.UTF_8));
    }
    boolean isMoved = false;
    try {
      isMoved = files.rename(own, description);
    } catch (FileAlreadyExistsException e) {
      // Another task was faster.
    } finally {
      if (!isMoved) {
        files.delete(own, false);
      }
    }
  }
}
