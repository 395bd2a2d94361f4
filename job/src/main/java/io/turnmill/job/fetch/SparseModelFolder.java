package io.turnmill.job.fetch;

import io.turnmill.job.config.SetupException;
import io.turnmill.model.FolderFiles;
import io.turnmill.model.Outline;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/**
 * A model folder to be checked and fingerprinted, but not to be run: all of its files, those of the
 * weights as {@linkplain Outline outlines}. Some megabytes are read, whatever the size of the
 * model.
 */
public final class Outlines {
  private static final int CHUNK_BYTES = 1 << 20;

  private Outlines() {}

  /**
   * Writes the outline of a source into an empty folder.
   *
   * @throws SetupException when the source changed since it was listed, or cannot be read
   */
  public static void write(ModelSource source, Configuration conf, Path target) throws IOException {
    Means means = Means.ofThisHost();
    try (OpenSource open = OpenSource.open(source, conf);
        Crew crew = new Crew(means.threads())) {
      crew.each(source.files(), file -> write(file, open, target.resolve(file.path()), means));
      for (String name : source.namedOnly()) {
        Files.createFile(target.resolve(name));
      }
    }
  }

  private static void write(SourceFile file, OpenSource open, Path target, Means means)
      throws IOException {
    Files.createDirectories(target.getParent());
    try (SourceStream stream = new SourceStream(open, file, means.sleeper())) {
      if (FolderFiles.isOutlined(file.path())) {
        Outline.write(target, file.sizeBytes(), stream);
      } else {
        copy(file, stream, target);
      }
    }
  }

  private static void copy(SourceFile file, SourceStream stream, Path target) throws IOException {
    try (OutputStream out = Files.newOutputStream(target)) {
      for (long at = 0; at < file.sizeBytes(); at += CHUNK_BYTES) {
        byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, file.sizeBytes() - at)];
        stream.read(at, chunk);
        out.write(chunk);
      }
    }
  }
}
