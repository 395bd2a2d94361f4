package io.turnmill.job.show;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.FileSystems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Finds the files of a table from any place in an output folder. The folders are listed one by one,
 * as they are needed: an archive has many.
 */
final class ResultFiles {
  static final String RESULTS = "results";
  static final String REJECTED = "rejected";
  private static final String MANIFESTS = "_turnmill";

  /**
   * Orders by the number of the bucket, so that {@code bucket=2} comes before {@code bucket=10}.
   */
  private static final Comparator<FileStatus> BY_BUCKET_THEN_NAME =
      Comparator.<FileStatus>comparingInt(entry -> entry.getPath().getName().length())
          .thenComparing(entry -> entry.getPath().getName());

  private final FileSystem files;
  private final Path given;

  private ResultFiles(FileSystem files, Path given) {
    this.files = files;
    this.given = given;
  }

  static ResultFiles at(String path, Configuration conf) throws IOException {
    Path given;
    FileSystem files;
    try {
      given = FileSystems.path(path);
      files = given.getFileSystem(conf);
    } catch (IllegalArgumentException e) {
      throw new SetupException("'" + path + "' is not a path", e);
    }
    if (!files.exists(given)) {
      throw new SetupException("there is nothing at " + path);
    }
    return new ResultFiles(files, given);
  }

  /** The Parquet files with sessions, in order of their buckets. */
  Stream<Path> results() throws IOException {
    return table(RESULTS, REJECTED)
        .orElseThrow(
            () ->
                new SetupException(
                    given
                        + " does not hold results of a run: it should be the output folder, its"
                        + " results folder, a bucket or a Parquet file"));
  }

  /** Whether the path is that of the rejected rows, so that the option is not needed. */
  boolean isRejected() {
    boolean file = isParquet(given);
    return (file ? given.getParent() : given).getName().equals(REJECTED);
  }

  /** The Parquet files with rejected rows; none if the run rejected nothing. */
  Stream<Path> rejected() throws IOException {
    return table(REJECTED, RESULTS).orElse(Stream.empty());
  }

  private Optional<Stream<Path>> table(String name, String other) throws IOException {
    if (files.getFileStatus(given).isFile()) {
      return Optional.of(Stream.of(given));
    }
    Path outputFolder = outputFolder();
    if (outputFolder != null) {
      boolean insideOfTable = !given.getName().equals(other) && !given.equals(outputFolder);
      Path root = insideOfTable && !name.equals(REJECTED) ? given : new Path(outputFolder, name);
      return Optional.of(files.exists(root) ? walk(root) : Stream.empty());
    }
    // The folder was copied without the rest of its run.
    return walk(given).findAny().isPresent() ? Optional.of(walk(given)) : Optional.empty();
  }

  /** The folder that holds the tables: the given one or one above it; null if there is none. */
  private Path outputFolder() throws IOException {
    Path folder = files.makeQualified(given);
    for (int up = 0; up <= 2 && folder != null; up++) {
      if (isOutputFolder(folder)) {
        return up == 0 ? given : folder;
      }
      folder = folder.getParent();
    }
    return null;
  }

  private boolean isOutputFolder(Path folder) throws IOException {
    for (String part : new String[] {RESULTS, MANIFESTS}) {
      if (files.exists(new Path(folder, part))) {
        return true;
      }
    }
    return false;
  }

  private Stream<Path> walk(Path folder) {
    FileStatus[] entries;
    try {
      entries = files.listStatus(folder);
    } catch (FileNotFoundException gone) {
      return Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Arrays.stream(entries)
        .filter(entry -> !entry.getPath().getName().matches("[_.].*"))
        .sorted(BY_BUCKET_THEN_NAME)
        .flatMap(
            entry ->
                entry.isDirectory()
                    ? walk(entry.getPath())
                    : Stream.of(entry.getPath()).filter(ResultFiles::isParquet));
  }

  private static boolean isParquet(Path file) {
    return file.getName().endsWith(".parquet");
  }
}
