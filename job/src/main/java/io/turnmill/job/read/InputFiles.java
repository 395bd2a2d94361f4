package io.turnmill.job.read;

import io.turnmill.job.config.InputConfig;
import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.job.hadoop.Parallel;
import io.turnmill.job.hadoop.Retry;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Lists the files of an archive, with their formats if these must be known before the files are
 * read. A file that several paths name is read once.
 */
final class InputFiles {
  /** How many requests to a store may be under way at once. */
  private static final int PARALLEL = 32;

  private static final int MOST_PROBLEMS = 20;

  private final Configuration conf;
  private final InputConfig input;
  private final Parallel parallel;
  private final Retry retry;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, InputFile> files = new LinkedHashMap<>();
  private int moreProblems;

  private InputFiles(Configuration conf, InputConfig input, Parallel parallel, Retry retry) {
    this.conf = conf;
    this.input = input;
    this.parallel = parallel;
    this.retry = retry;
  }

  /**
   * All files, in the order of their names.
   *
   * @throws InputException naming the paths that cannot be used
   */
  static List<InputFile> list(Configuration conf, InputConfig input) {
    return list(conf, input, Retry.of(Retry.Times.AT_START));
  }

  /**
   * @param retry how to retry what a store cannot do at the moment
   */
  static List<InputFile> list(Configuration conf, InputConfig input, Retry retry) {
    try (Parallel parallel = new Parallel(PARALLEL)) {
      InputFiles files = new InputFiles(conf, input, parallel, retry);
      input.paths().forEach(files::add);
      List<InputFile> told =
          new FormatSample(conf, parallel, files::problem).tell(files.files.values());
      files.throwProblems();
      return told.stream().sorted(Comparator.comparing(InputFile::shownName)).toList();
    }
  }

  private void problem(String problem) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add("input.paths: " + problem);
    } else {
      moreProblems++;
    }
  }

  private void throwProblems() {
    if (moreProblems > 0) {
      problems.add("input.paths: and " + moreProblems + " more that cannot be used");
    }
    if (!problems.isEmpty()) {
      throw new InputException(problems);
    }
  }

  private void add(String given) {
    try {
      Path path = FileSystems.path(given);
      FileSystem fs = path.getFileSystem(conf);
      Optional<List<FileStatus>> found = new InputTree(fs, path, parallel, retry).list();
      if (found.isEmpty()) {
        boolean glob = given.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
        problem(given + (glob ? " matches nothing" : " does not exist"));
      } else if (found.get().isEmpty()) {
        problem("there is no file in " + given);
      }
      for (FileStatus file : found.orElse(List.of())) {
        addFile(fs, file, !path.isUriPathAbsolute());
      }
    } catch (IOException | IllegalArgumentException e) {
      problem(given + " cannot be read: " + e.getMessage());
    }
  }

  private void addFile(FileSystem fs, FileStatus status, boolean relative) {
    Path path = status.getPath();
    String uri = path.toString();
    if (files.containsKey(uri)) {
      return;
    }
    String name = path.getName().toLowerCase(Locale.ROOT);
    String shown = shown(fs, path, relative);
    Optional<String> unread = InputCompression.unread(name);
    if (unread.isPresent()) {
      problem(
          "%s cannot be read: compressed files may be .gz, .bz2 or .zst, not %s"
              .formatted(shown, unread.get()));
      return;
    }
    files.put(
        uri,
        new InputFile(
            uri,
            // The same string twice instead of two strings, because an archive may have millions of
            // files.
            shown.equals(uri) ? uri : shown,
            format(name, status.getLen()),
            InputCompression.of(name),
            status.getLen(),
            version(status)));
  }

  /**
   * The ETag of an object, which tells its content better than its time does; otherwise the time.
   */
  private static String version(FileStatus status) {
    String etag = status instanceof EtagSource source ? source.getEtag() : null;
    return etag == null || etag.isBlank()
        ? Long.toString(status.getModificationTime())
        : etag.replaceAll("\\s", "");
  }

  private FileFormat format(String name, long length) {
    FileFormat format =
        switch (input.format()) {
          case AUTO -> FileFormat.byName(name);
          case JSONL -> FileFormat.JSON_LINES;
          case JSON -> FileFormat.JSON;
          case CSV -> name.contains(".tsv") ? FileFormat.TSV : FileFormat.CSV;
          case PARQUET -> FileFormat.PARQUET;
        };
    return length == 0 && !format.isTold() ? FileFormat.JSON_LINES : format;
  }

  /**
   * The file as the user would name it: relative if the given path is, and without scheme if local.
   */
  private static String shown(FileSystem fs, Path path, boolean relative) {
    URI uri = path.toUri();
    String folder = fs.getWorkingDirectory().toUri().getPath() + "/";
    if (relative && uri.getPath().startsWith(folder)) {
      return uri.getPath().substring(folder.length());
    }
    boolean local = uri.getScheme() == null || uri.getScheme().equals("file");
    return local ? uri.getPath() : path.toString();
  }
}
