package io.turnmill.job.read;

import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.job.hadoop.Parallel;
import io.turnmill.job.hadoop.Retry;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
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

/** The files at paths of a setting, and what is wrong with these. A file is listed once. */
final class ListedFiles {
  /** How many requests to a store may be under way at once. */
  static final int PARALLEL = 32;

  private static final int MOST_PROBLEMS = 20;

  private final Configuration conf;
  private final String setting;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, ListedFile> files = new LinkedHashMap<>();
  private int moreProblems;

  /**
   * A file.
   *
   * @param uri its address, with its file system
   * @param shownName its name in results
   * @param name its name alone, in lower case
   * @param length its length in bytes, as it is stored
   * @param version a text that changes when the file is changed: its ETag, or its time of change
   */
  record ListedFile(String uri, String shownName, String name, long length, String version)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private ListedFiles(Configuration conf, String setting) {
    this.conf = conf;
    this.setting = setting;
  }

  /**
   * Lists files.
   *
   * @param setting the name of the setting that holds the paths
   * @param retry how to retry what a store cannot do at the moment
   */
  static ListedFiles list(
      Configuration conf, String setting, List<String> paths, Parallel parallel, Retry retry) {
    ListedFiles listed = new ListedFiles(conf, setting);
    paths.forEach(path -> listed.add(path, parallel, retry));
    return listed;
  }

  Collection<ListedFile> files() {
    return files.values();
  }

  /** Takes a sentence about a path or a file that cannot be used. */
  void problem(String problem) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(setting + ": " + problem);
    } else {
      moreProblems++;
    }
  }

  /**
   * @throws InputException naming what cannot be used, if there is anything
   */
  void throwProblems() {
    if (moreProblems > 0) {
      problems.add(setting + ": and " + moreProblems + " more that cannot be used");
    }
    if (!problems.isEmpty()) {
      throw new InputException(problems);
    }
  }

  private void add(String given, Parallel parallel, Retry retry) {
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
    String shown = shown(fs, path, relative);
    files.put(
        uri,
        new ListedFile(
            uri,
            // The same string twice instead of two strings, because an archive may have millions of
            // files.
            shown.equals(uri) ? uri : shown,
            path.getName().toLowerCase(Locale.ROOT),
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
