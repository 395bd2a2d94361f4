package io.turnmill.job.export;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.FileSystems;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * A file that appears at its place as a whole, or not at all: it is written beside its place under
 * another name, and renamed at the end.
 */
final class ExportFile implements Closeable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final FileSystem files;
  private final Path path;
  private final Path unfinished;
  private final OutputStream out;
  private final boolean overwrite;
  private boolean isCommitted;

  private ExportFile(FileSystem files, Path path, boolean overwrite) throws IOException {
    this.files = files;
    this.path = path;
    this.overwrite = overwrite;
    this.unfinished =
        FileSystems.child(path.getParent(), "." + path.getName() + "." + UUID.randomUUID());
    OutputStream raw = new BufferedOutputStream(files.create(unfinished, false), BUFFER_BYTES);
    this.out = path.getName().endsWith(".gz") ? new GZIPOutputStream(raw, BUFFER_BYTES) : raw;
  }

  /**
   * Begins the file that a request names.
   *
   * @param run the output folder of the run whose results are exported, if it is known
   * @throws SetupException if the place cannot be that of an export
   */
  static ExportFile create(ExportRequest request, Optional<Path> run, Configuration conf)
      throws IOException {
    Path path;
    FileSystem files;
    try {
      Path given = FileSystems.path(request.output());
      files = FileSystems.withoutChecksums(given.getFileSystem(conf));
      boolean isFolder =
          request.output().endsWith("/") || (files.exists(given) && isFolder(files, given));
      path =
          files.makeQualified(
              isFolder ? FileSystems.child(given, request.format().fileName()) : given);
    } catch (IllegalArgumentException e) {
      throw new SetupException("--output: '" + request.output() + "' is not a path", e);
    }
    check(request, files, path, run);
    return new ExportFile(files, path, request.overwrite());
  }

  private static void check(ExportRequest request, FileSystem files, Path path, Optional<Path> run)
      throws IOException {
    if (run.isPresent() && isIn(path, run.get())) {
      throw new SetupException(
          "--output: "
              + path
              + " lies in the output folder of the run, which holds its tables"
              + " alone. Choose another folder.");
    }
    if (request.format() == ExportFormat.ARROW && path.getName().endsWith(".gz")) {
      throw new SetupException(
          "--output: "
              + path
              + ": an Arrow file is read at any place of it, so it is not"
              + " compressed. Choose a name without .gz.");
    }
    if (files.exists(path) && isFolder(files, path)) {
      throw new SetupException("--output: " + path + " is a folder");
    }
    if (files.exists(path) && !request.overwrite()) {
      throw new SetupException("--output: " + path + " is there. Add --overwrite to replace it.");
    }
  }

  private static boolean isFolder(FileSystem files, Path path) throws IOException {
    return files.getFileStatus(path).isDirectory();
  }

  private static boolean isIn(Path inner, Path outer) {
    String folder = Path.getPathWithoutSchemeAndAuthority(outer).toString();
    String file = Path.getPathWithoutSchemeAndAuthority(inner).toString();
    boolean oneStore =
        String.valueOf(inner.toUri().getAuthority())
            .equals(String.valueOf(outer.toUri().getAuthority()));
    return oneStore && file.startsWith(folder.endsWith("/") ? folder : folder + "/");
  }

  /** Where the file's content goes. */
  OutputStream out() {
    return out;
  }

  Path path() {
    return path;
  }

  /** Ends the file, which is at its place from now on. */
  void commit() throws IOException {
    out.close();
    if (FileSystems.innermost(files) instanceof RawLocalFileSystem) {
      renamed(files.rename(unfinished, path));
    } else if (FileSystems.isObjectStore(files)) {
      if (overwrite) {
        files.delete(path, false);
      }
      renamed(files.rename(unfinished, path));
    } else {
      FileContext.getFileContext(path.toUri(), files.getConf())
          .rename(unfinished, path, overwrite ? Options.Rename.OVERWRITE : Options.Rename.NONE);
    }
    isCommitted = true;
  }

  private void renamed(boolean done) throws IOException {
    if (!done) {
      throw new IOException("cannot rename " + unfinished + " to " + path);
    }
  }

  /** Removes what was written unless it was committed. */
  @Override
  public void close() throws IOException {
    if (!isCommitted) {
      try {
        out.close();
      } finally {
        files.delete(unfinished, false);
      }
    }
  }
}
