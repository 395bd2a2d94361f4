package io.turnmill.job.read;

import io.turnmill.job.config.InputConfig;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Lists the files of an archive. A path is a file, a folder (with all folders in it) or a glob.
 * What begins with {@code _} or {@code .} inside of a folder is hidden. A file that several paths
 * name is read once.
 */
final class InputFiles {
  private final Configuration conf;
  private final InputConfig input;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, InputFile> files = new TreeMap<>();

  private InputFiles(Configuration conf, InputConfig input) {
    this.conf = conf;
    this.input = input;
  }

  /**
   * All files, in the order of their names.
   *
   * @throws InputException naming every path that cannot be used
   */
  static List<InputFile> list(Configuration conf, InputConfig input) {
    InputFiles files = new InputFiles(conf, input);
    input.paths().forEach(files::add);
    if (!files.problems.isEmpty()) {
      throw new InputException(files.problems);
    }
    return files.files.values().stream()
        .sorted(Comparator.comparing(InputFile::shownName))
        .toList();
  }

  private void add(String given) {
    try {
      Path path = new Path(given);
      FileSystem fs = path.getFileSystem(conf);
      FileStatus[] matches =
          fs.exists(path) ? new FileStatus[] {fs.getFileStatus(path)} : fs.globStatus(path);
      if (matches == null || matches.length == 0) {
        boolean glob = given.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
        problems.add("input.paths: " + given + (glob ? " matches nothing" : " does not exist"));
        return;
      }
      boolean found = false;
      for (FileStatus match : matches) {
        found |= addAll(fs, match, !path.isUriPathAbsolute());
      }
      if (!found) {
        problems.add("input.paths: there is no file in " + given);
      }
    } catch (IOException | IllegalArgumentException e) {
      problems.add("input.paths: " + given + " cannot be read: " + e.getMessage());
    }
  }

  private boolean addAll(FileSystem fs, FileStatus match, boolean relative) throws IOException {
    if (match.isFile()) {
      addFile(fs, match, relative);
      return true;
    }
    boolean found = false;
    RemoteIterator<LocatedFileStatus> inside = fs.listFiles(match.getPath(), true);
    while (inside.hasNext()) {
      FileStatus status = inside.next();
      if (!isHidden(match.getPath().toUri(), status.getPath().toUri())) {
        addFile(fs, status, relative);
        found = true;
      }
    }
    return found;
  }

  private static boolean isHidden(URI folder, URI file) {
    String below = file.getPath().substring(folder.getPath().length());
    for (String name : below.split("/", -1)) {
      if (name.startsWith("_") || name.startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private void addFile(FileSystem fs, FileStatus status, boolean relative) throws IOException {
    Path path = status.getPath();
    String uri = path.toString();
    if (files.containsKey(uri)) {
      return;
    }
    Optional<FileFormat> format = format(path);
    if (status.getLen() == 0) {
      format = format.or(() -> Optional.of(FileFormat.JSON_LINES));
    }
    if (format.isEmpty()) {
      problems.add(
          "input.paths: the format of "
              + shown(fs, path, relative)
              + " is told neither by its name nor by its first bytes; name the files by a glob, or"
              + " set input.format");
      return;
    }
    Compression compression = Compression.of(path.getName().toLowerCase(Locale.ROOT));
    files.put(
        uri,
        new InputFile(
            uri,
            shown(fs, path, relative),
            format.get(),
            compression,
            status.getLen(),
            version(status)));
  }

  /** Object stores know what a file holds better than when it came there. */
  private static String version(FileStatus status) {
    String etag = status instanceof EtagSource source ? source.getEtag() : null;
    return etag == null || etag.isBlank()
        ? Long.toString(status.getModificationTime())
        : etag.replaceAll("\\s", "");
  }

  private Optional<FileFormat> format(Path path) throws IOException {
    FormatFinder finder = new FormatFinder(conf);
    return switch (input.format()) {
      case AUTO -> finder.find(path);
      case JSONL -> Optional.of(FileFormat.JSON_LINES);
      case JSON -> Optional.of(finder.findJson(path));
      case CSV ->
          Optional.of(
              path.getName().toLowerCase(Locale.ROOT).contains(".tsv")
                  ? FileFormat.TSV
                  : FileFormat.CSV);
      case PARQUET -> Optional.of(FileFormat.PARQUET);
    };
  }

  /** As the user would name it: relative if the given path was, and local files without scheme. */
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
