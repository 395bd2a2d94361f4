package io.turnmill.job.fetch;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.FileSystems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;
import org.apache.hadoop.util.functional.FutureIO;

/** The file system of a model folder, open for reading by several threads at once. */
final class OpenSource implements AutoCloseable {
  private final FileSystem fs;
  private final Path folder;

  private OpenSource(FileSystem fs, Path folder) {
    this.fs = fs;
    this.folder = folder;
  }

  static OpenSource open(ModelSource source, Configuration conf) throws IOException {
    Path path = ModelSource.path(source.uri());
    FileSystem fs = FileSystems.open(path, forReadingOnce(conf));
    return new OpenSource(fs, fs.makeQualified(path));
  }

  /** Turns off that S3A's default stream keeps what was read, up to 2 GiB of an executor's heap. */
  private static Configuration forReadingOnce(Configuration conf) {
    Configuration own = new Configuration(conf);
    own.setIfUnset("fs.s3a.input.stream.type", "classic");
    return own;
  }

  /** Opens a stream for reads at any place of a file, after checking that it is unchanged. */
  FSDataInputStream stream(SourceFile file) throws IOException {
    FileStatus status = check(file);
    return FutureIO.awaitFuture(
        fs.openFile(status.getPath())
            .withFileStatus(status) // an object store reads this state of the file or fails
            .opt("fs.option.openfile.read.policy", "random")
            .build());
  }

  /**
   * Refuses a file that has changed since it was listed.
   *
   * @throws SetupException that names the file
   */
  FileStatus check(SourceFile file) throws IOException {
    Path path = new Path(folder, file.path());
    FileStatus now;
    try {
      now = fs.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw new SetupException(
          shown(file) + ": was deleted after the run began. Put it back and start again.", e);
    }
    if (!file.isStill(now)) {
      throw new SetupException(
          String.format(
              Locale.ROOT,
              "%s: changed after the run began: it had %d bytes of %s, now it has %d of %s. Start again.",
              shown(file),
              file.sizeBytes(),
              Instant.ofEpochMilli(file.modifiedMillis()),
              now.getLen(),
              Instant.ofEpochMilli(now.getModificationTime())));
    }
    return now;
  }

  String shown(SourceFile file) {
    return FileSystems.shown(new Path(folder, file.path()).toString());
  }

  @Override
  public void close() {
    IOUtils.closeStream(fs); // an error of close() does not matter after all was read
  }
}
