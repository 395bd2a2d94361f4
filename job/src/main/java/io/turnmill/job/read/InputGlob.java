package io.turnmill.job.read;

import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.job.hadoop.Parallel;
import io.turnmill.job.hadoop.Retry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.Path;

/**
 * Finds what a glob matches, by Hadoop's rules for {@code *}, {@code ?}, {@code [a-c]}, {@code
 * {a,b}} and the backslash. If a part of it is the exact name of a file or folder, it matches only
 * that. Hadoop's own globs fail in every folder that has a name with a colon, and list one folder
 * after the other; this class lists all folders of one level at once.
 */
record InputGlob(FileSystem files, Parallel parallel, Retry retry) {
  /**
   * Returns files and folders, in the order of the glob's alternatives.
   *
   * @throws IOException when a part of it is neither an existing name nor a valid pattern
   */
  List<FileStatus> matches(Path glob) throws IOException {
    List<FileStatus> matches = new ArrayList<>();
    for (String pattern : alternatives(glob.toUri().getPath())) {
      Path start = glob.isAbsolute() ? new Path("/") : files.getWorkingDirectory();
      matches.addAll(matches(files.makeQualified(start), pattern));
    }
    return matches;
  }

  /** The patterns that replace a pattern whose braces have a slash in them. */
  private static List<String> alternatives(String pattern) throws IOException {
    return pattern.indexOf('{') < 0 ? List.of(pattern) : GlobExpander.expand(pattern);
  }

  private List<FileStatus> matches(Path start, String pattern) throws IOException {
    List<Path> paths = List.of(start);
    Optional<List<FileStatus>> found = Optional.empty();
    for (String text : parts(pattern)) {
      GlobPart part = GlobPart.of(text);
      if (found.isPresent()) {
        paths =
            found.get().stream().filter(FileStatus::isDirectory).map(FileStatus::getPath).toList();
      }
      if (part.hasPattern()) {
        found = Optional.of(flat(parallel.map(paths, folder -> part.in(list(folder)))));
        if (found.get().isEmpty()) {
          part.checkRules();
        }
      } else {
        paths = parallel.map(paths, folder -> named(folder, part));
        found = Optional.empty();
      }
    }
    return found.isPresent() ? found.get() : flat(parallel.map(paths, this::status));
  }

  /**
   * The path of a part without a pattern: with its backslashes if that name exists, else without.
   */
  private Path named(Path folder, GlobPart part) throws IOException {
    Path asItIs = FileSystems.child(folder, part.text());
    return part.text().equals(part.unescaped()) || !status(asItIs).isEmpty()
        ? asItIs
        : FileSystems.child(folder, part.unescaped());
  }

  private static List<String> parts(String pattern) {
    return Arrays.stream(pattern.split("/", -1))
        .filter(part -> !part.isEmpty() && !part.equals("."))
        .toList();
  }

  private static List<FileStatus> flat(List<List<FileStatus>> lists) {
    return lists.stream().flatMap(List::stream).toList();
  }

  private List<FileStatus> status(Path path) throws IOException {
    try {
      return List.of(retry.call("reading " + path, () -> files.getFileStatus(path)));
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private List<FileStatus> list(Path folder) throws IOException {
    try {
      return Stream.of(retry.call("listing " + folder, () -> files.listStatus(folder)))
          .filter(inside -> !samePath(inside.getPath(), folder)) // a file lists itself
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private static boolean samePath(Path one, Path other) {
    return one.toUri().getPath().equals(other.toUri().getPath());
  }
}
