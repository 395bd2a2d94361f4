package io.turnmill.job.read;

import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.job.hadoop.PermanentFailures;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Asks whether a file is there. An exception when it is opened does not tell this: Java throws
 * {@link java.io.FileNotFoundException} for a local file whatever the reason is, for example when
 * too many files are open, a disk fails, or a network file system does not answer.
 */
record Presence(Path file, Configuration conf) {
  /**
   * Corrects a failure to open or read the file: if it says that the file is not there, but the
   * file is there, another exception is returned.
   *
   * @throws IOException when the file system does not say whether it is there
   */
  IOException meaning(IOException failure) throws IOException {
    if (!PermanentFailures.isAbsent(failure)) {
      return failure;
    }
    FileSystem files = FileSystems.innermost(FileSystems.forReading(file, conf));
    files.getFileStatus(file);
    IOException other =
        files instanceof RawLocalFileSystem local && !isReadable(local)
            ? new AccessDeniedException(file.toString())
            : new IOException("it is there, and cannot be opened: " + failure.getMessage());
    // It is not the cause, because it would say again that the file is not there.
    other.addSuppressed(failure);
    return other;
  }

  private boolean isReadable(RawLocalFileSystem local) {
    return Files.isReadable(local.pathToFile(file).toPath());
  }
}
