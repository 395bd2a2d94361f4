package io.turnmill.job.read;

import io.turnmill.job.hadoop.Parallel;
import io.turnmill.job.hadoop.Retry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Lists the files of one path: a file, a folder with all folders in it, or a glob. Names in a
 * folder that begin with {@code _} or {@code .} are hidden; such a file is read only if a path
 * names it. S3 lists everything under a prefix, a thousand objects for each request; in other
 * stores each folder is a request of its own, and many requests are under way at once.
 */
final class InputTree {
  private static final Set<String> LISTED_BY_PREFIX = Set.of("s3a", "s3", "s3n");

  private final FileSystem files;
  private final Path path;
  private final Parallel parallel;
  private final Retry retry;

  InputTree(FileSystem files, Path path, Parallel parallel, Retry retry) {
    this.files = files;
    this.path = path;
    this.parallel = parallel;
    this.retry = retry;
  }

  /** Lists the files; empty if there is neither such a file, nor such a folder, nor a match. */
  Optional<List<FileStatus>> list() throws IOException {
    List<FileStatus> matches = matches();
    if (matches.isEmpty()) {
      return Optional.empty();
    }
    List<FileStatus> found = new ArrayList<>();
    List<FileStatus> folders = new ArrayList<>();
    matches.forEach(match -> (match.isFile() ? found : folders).add(match));
    if (LISTED_BY_PREFIX.contains(files.getUri().getScheme())) {
      parallel.map(folders, this::allIn).forEach(found::addAll);
      return Optional.of(found);
    }
    List<FileStatus> level = folders;
    while (!level.isEmpty()) {
      List<FileStatus> deeper = new ArrayList<>();
      for (List<FileStatus> inside : parallel.map(level, this::in)) {
        inside.forEach(status -> (status.isDirectory() ? deeper : found).add(status));
      }
      level = deeper;
    }
    return Optional.of(found);
  }

  private List<FileStatus> matches() throws IOException {
    try {
      return List.of(retry.call("reading " + path, () -> files.getFileStatus(path)));
    } catch (FileNotFoundException e) {
      return new InputGlob(files, parallel, retry).matches(path);
    }
  }

  private List<FileStatus> in(FileStatus folder) throws IOException {
    return retry.call(
        "listing " + folder.getPath(),
        () -> visible(folder, files.listStatusIterator(folder.getPath())));
  }

  private List<FileStatus> allIn(FileStatus folder) throws IOException {
    return retry.call(
        "listing " + folder.getPath(),
        () -> visible(folder, files.listFiles(folder.getPath(), true)));
  }

  private static List<FileStatus> visible(
      FileStatus folder, RemoteIterator<? extends FileStatus> inside) throws IOException {
    List<FileStatus> visible = new ArrayList<>();
    while (inside.hasNext()) {
      FileStatus status = inside.next();
      if (!isHidden(folder.getPath().toUri(), status.getPath().toUri())) {
        visible.add(status);
      }
    }
    return visible;
  }

  private static boolean isHidden(URI folder, URI file) {
    String below = file.getPath().substring(folder.getPath().length());
    return Stream.of(below.split("/", -1)).anyMatch(InputTree::isHidden);
  }

  /** Whether a file or folder of this name is left out unless a path names it. */
  static boolean isHidden(String name) {
    return name.startsWith("_") || name.startsWith(".");
  }
}
