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
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.Path;

/**
 * What a glob matches, by Hadoop's rules for {@code *}, {@code ?}, {@code [a-c]}, {@code {a,b}} and
 * the backslash. Hadoop's own globs fail in every folder that holds a name with a colon, and ask
 * for one folder after the other; here those of one level are listed at once. What a name begins
 * with, if that is {@code _} or {@code .}, is matched by the same character alone, not by {@code *}
 * and the like: what is hidden in a folder is hidden from a glob.
 */
record InputGlob(FileSystem files, Parallel parallel, Retry retry) {
  /** Stands in for the first character of a name, and in no pattern. */
  private static final char ANY = '\uFFFF';

  /** Files and folders, in the order of the glob's alternatives. */
  List<FileStatus> matches(Path glob) throws IOException {
    List<FileStatus> matches = new ArrayList<>();
    for (String pattern : GlobExpander.expand(glob.toUri().getPath())) {
      Path start = glob.isAbsolute() ? new Path("/") : files.getWorkingDirectory();
      matches.addAll(matches(files.makeQualified(start), pattern));
    }
    return matches;
  }

  private List<FileStatus> matches(Path start, String pattern) throws IOException {
    List<Path> paths = List.of(start);
    Optional<List<FileStatus>> found = Optional.empty();
    for (String part : parts(pattern)) {
      GlobFilter filter = new GlobFilter(part);
      if (found.isPresent()) {
        paths =
            found.get().stream().filter(FileStatus::isDirectory).map(FileStatus::getPath).toList();
      }
      if (filter.hasPattern()) {
        found = Optional.of(flat(parallel.map(paths, folder -> list(folder, filter, part))));
      } else {
        paths = paths.stream().flatMap(folder -> named(folder, part)).toList();
        found = Optional.empty();
      }
    }
    return found.isPresent() ? found.get() : flat(parallel.map(paths, this::status));
  }

  /**
   * What a part without a pattern may mean, with backslashes as such or before what they escape.
   */
  private static Stream<Path> named(Path folder, String part) {
    return Stream.of(part, part.replaceAll("(?s)\\\\(.)", "$1"))
        .distinct()
        .map(name -> FileSystems.child(folder, name));
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

  private List<FileStatus> list(Path folder, GlobFilter filter, String part) throws IOException {
    try {
      return Stream.of(retry.call("listing " + folder, () -> files.listStatus(folder)))
          .filter(inside -> !samePath(inside.getPath(), folder)) // a file lists itself
          .filter(inside -> accepts(filter, part, inside.getPath().getName()))
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private static boolean samePath(Path one, Path other) {
    return one.toUri().getPath().equals(other.toUri().getPath());
  }

  private static boolean accepts(GlobFilter filter, String part, String name) {
    if (name.equals(part)) {
      return true;
    }
    return filter.accept(new Path(null, null, name))
        && !(InputTree.isHidden(name)
            && filter.accept(new Path(null, null, ANY + name.substring(1))));
  }
}
