package io.turnmill.job.fetch;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.Parallel;
import io.turnmill.model.FolderFiles;
import io.turnmill.model.SparseModelCopy;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/**
 * Copies a model folder so that it can be checked and fingerprinted, but not run: files of weights
 * are {@linkplain SparseModelCopy copied in part}. Some megabytes are read, whatever the size of
 * the model.
 */
public final class SparseModelFolder {
  private SparseModelFolder() {}

  /**
   * Writes the sparse copy of a source into an empty folder.
   *
   * @throws SetupException when the source changed since it was listed, or cannot be read
   */
  public static void write(ModelSource source, Configuration conf, Path target) throws IOException {
    FetchEnvironment environment = FetchEnvironment.ofThisHost();
    try (OpenSource open = OpenSource.open(source, conf);
        Parallel threads = new Parallel(environment.threads())) {
      threads.map(
          source.files(),
          file -> {
            try (SourceStream stream = new SourceStream(open, file, environment.sleeper())) {
              return write(file, stream, target.resolve(file.path()));
            }
          });
      for (String name : source.namedOnly()) {
        Files.createFile(target.resolve(name));
      }
    }
  }

  private static Path write(SourceFile file, SourceStream stream, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    if (FolderFiles.isOutlined(file.path())) {
      SparseModelCopy.write(target, file.sizeBytes(), stream);
    } else {
      try (RandomAccessFile out = new RandomAccessFile(target.toFile(), "rw")) {
        stream.copy(0, file.sizeBytes(), out);
      }
    }
    return target;
  }
}
