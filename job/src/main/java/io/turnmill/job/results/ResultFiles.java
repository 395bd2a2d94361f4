package io.turnmill.job.results;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.FileSystems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
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
public final class ResultFiles {
  private static final String RESULTS = "results";
  private static final String DOCUMENTS = "documents";
  private static final String TOPICS = "topics";
  private static final String REJECTED = "rejected";
  private static final String MANIFESTS = "_turnmill";

  /** A bucket is below a table, and that below the output folder. */
  private static final int MOST_ABOVE = 2;

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

  /**
   * Looks for tables at a path.
   *
   * @param path an output folder, a table, a bucket or a file
   * @throws SetupException if there is nothing
   */
  public static ResultFiles at(String path, Configuration conf) throws IOException {
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

  /**
   * The Parquet files with sessions, in order of their buckets. A path that is of no run may hold
   * others, too.
   */
  public Stream<Path> results() throws IOException {
    return isIn(DOCUMENTS) || isIn(TOPICS)
        ? Stream.empty()
        : table(RESULTS).orElseThrow(this::noResults);
  }

  /** The same for documents. */
  public Stream<Path> documents() throws IOException {
    return isIn(RESULTS) || isIn(TOPICS)
        ? Stream.empty()
        : table(DOCUMENTS).orElseThrow(this::noResults);
  }

  /** The Parquet files with topics; none if the path is that of another table, or of no run. */
  public Stream<Path> topics() throws IOException {
    return outputFolder().isEmpty() || isIn(RESULTS) || isIn(DOCUMENTS) || isIn(REJECTED)
        ? Stream.empty()
        : table(TOPICS).orElseThrow(this::noResults);
  }

  private SetupException noResults() {
    return new SetupException(
        given
            + " does not hold results of a run: it should be the output folder, one of its tables,"
            + " a bucket or a Parquet file");
  }

  /** The Parquet files of one bucket of the results; for a path that {@link #isAll} is said of. */
  public Stream<Path> bucket(int bucket) throws IOException {
    return walk(new Path(new Path(outputFolder().orElseThrow(), RESULTS), "bucket=" + bucket));
  }

  /** Whether the path is that of all results of a run. */
  public boolean isAll() throws IOException {
    boolean isTable = given.getName().equals(RESULTS);
    return outputFolder().filter(folder -> isTable || given.equals(folder)).isPresent();
  }

  /** The manifest of the run, if the results lie in its output folder and it can be read. */
  public Optional<JsonNode> manifest() throws IOException {
    Optional<Path> manifest =
        outputFolder().map(folder -> new Path(folder, MANIFESTS + "/run.json"));
    if (manifest.isEmpty() || !files.exists(manifest.get())) {
      return Optional.empty();
    }
    try (InputStream in = files.open(manifest.get())) {
      return Optional.of(new ObjectMapper().readTree(in));
    } catch (JsonProcessingException damaged) {
      return Optional.empty();
    }
  }

  /** Whether the path is that of the rejected rows, so that the option is not needed. */
  public boolean isRejected() {
    boolean file = isParquet(given);
    return (file ? given.getParent() : given).getName().equals(REJECTED);
  }

  /** The Parquet files with rejected rows; none if the run rejected nothing. */
  public Stream<Path> rejected() throws IOException {
    return table(REJECTED).orElse(Stream.empty());
  }

  /**
   * What is given if it lies in the table, and else the whole table beside it; nothing if there is
   * no run, nor any file.
   */
  private Optional<Stream<Path>> table(String name) throws IOException {
    if (files.getFileStatus(given).isFile()) {
      return Optional.of(Stream.of(given));
    }
    Optional<Path> outputFolder = outputFolder();
    if (outputFolder.isPresent()) {
      Path root = isIn(name) ? given : new Path(outputFolder.get(), name);
      return Optional.of(files.exists(root) ? walk(root) : Stream.empty());
    }
    // The folder was copied without the rest of its run.
    return walk(given).findAny().isPresent() ? Optional.of(walk(given)) : Optional.empty();
  }

  /** Whether the path is that of a table of a run, or of something in it. */
  private boolean isIn(String table) throws IOException {
    Optional<Path> outputFolder = outputFolder();
    if (outputFolder.isEmpty()) {
      return false;
    }
    Path root = files.makeQualified(new Path(outputFolder.get(), table));
    for (Path at = files.makeQualified(given); at != null; at = at.getParent()) {
      if (at.equals(root)) {
        return true;
      }
    }
    return false;
  }

  /** The output folder of the run: the given folder, or one above what is given. */
  public Optional<Path> outputFolder() throws IOException {
    boolean isFile = files.getFileStatus(given).isFile();
    Path folder = files.makeQualified(isFile ? given.getParent() : given);
    for (int up = 0; up <= MOST_ABOVE && folder != null; up++) {
      if (isOutputFolder(folder)) {
        return Optional.of(up == 0 && !isFile ? given : folder);
      }
      folder = folder.getParent();
    }
    return Optional.empty();
  }

  private boolean isOutputFolder(Path folder) throws IOException {
    for (String part : new String[] {RESULTS, DOCUMENTS, MANIFESTS}) {
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
