package io.turnmill.job.write;

import io.turnmill.job.hadoop.FileSystems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Moves the files of a bucket to the place where readers look. Each file is complete before, and is
 * moved by itself: no folder is renamed, and an object store copies the file on its own side.
 * Several processes may do this at once, and repeatedly, with the same result.
 */
final class Publication {
  private final FileSystem files;
  private final Path root;
  private final Path unpublished;
  private final ItemTable table;

  /**
   * @param root the output folder
   * @param unpublished the folder in which tasks write; it does not have folders for buckets, which
   *     would take time to make
   * @param table of the items
   */
  Publication(FileSystem files, Path root, Path unpublished, ItemTable table) {
    this.files = FileSystems.withoutChecksums(files);
    this.root = root;
    this.unpublished = unpublished;
    this.table = table;
  }

  /** The path at which a file is written first. */
  Path unpublished(String path) {
    return new Path(unpublished, path.replace('/', '-'));
  }

  /** Describes a file that was written. */
  WrittenFile written(String path, long rows) throws IOException {
    return new WrittenFile(path, files.getFileStatus(unpublished(path)).getLen(), rows);
  }

  /** Removes a file that is not to be published. */
  void discard(String path) throws IOException {
    files.delete(unpublished(path), false);
  }

  /** Whether a file is at its place and has its full length. */
  boolean isPublished(WrittenFile file) throws IOException {
    return isThere(new Path(root, file.path()), file);
  }

  /** Whether a file is at its place, or can be moved there. */
  boolean isAnywhere(WrittenFile file) throws IOException {
    // Asked twice, because another process may move it from one place to the other meanwhile.
    return isPublished(file) || isThere(unpublished(file.path()), file) || isPublished(file);
  }

  /**
   * Moves the files of a bucket to their place, and removes all other files from its folders but
   * those of another kind of items: rejections of a run that ended early, and files of other
   * programs. The table of chunks is looked at where the bucket has a file of it.
   *
   * @throws IOException when a file is in neither place
   */
  void publish(LedgerEntry entry) throws IOException {
    Set<String> folders = folders(entry, List.of(table.folder(), OutputFolder.REJECTED));
    entry.files().forEach(file -> folders.add(new Path(file.path()).getParent().toString()));
    publish(entry, folders);
  }

  /**
   * As {@link #publish}, but for rejections of a bucket that is not done. Results are not touched.
   */
  void publishRejections(LedgerEntry unentered) throws IOException {
    publish(unentered, folders(unentered, List.of(OutputFolder.REJECTED)));
  }

  /** The folders of a bucket, below the output folder. */
  private static Set<String> folders(LedgerEntry entry, List<String> tables) {
    Set<String> folders = new LinkedHashSet<>();
    tables.forEach(table -> folders.add(OutputFolder.bucket(table, entry.bucket())));
    return folders;
  }

  private void publish(LedgerEntry entry, Set<String> folders) throws IOException {
    for (String folder : folders) {
      removeOthers(new Path(root, folder), entry);
    }
    for (WrittenFile file : entry.files()) {
      if (!isPublished(file)) {
        move(file);
      }
    }
  }

  private void move(WrittenFile file) throws IOException {
    Path place = new Path(root, file.path());
    files.mkdirs(place.getParent());
    boolean moved;
    try {
      moved = files.rename(unpublished(file.path()), place);
    } catch (FileNotFoundException | FileAlreadyExistsException e) {
      moved = false;
    }
    // Another process may have moved it meanwhile.
    if (!moved && !isPublished(file)) {
      throw new IOException("cannot move " + unpublished(file.path()) + " to " + place);
    }
  }

  private void removeOthers(Path folder, LedgerEntry entry) throws IOException {
    FileStatus[] there;
    try {
      there = files.listStatus(folder);
    } catch (FileNotFoundException e) {
      return;
    }
    for (FileStatus status : there) {
      Path path = status.getPath();
      boolean kept = table.isOfOthers(path.getName());
      for (WrittenFile file : entry.files()) {
        kept |=
            files.makeQualified(new Path(root, file.path())).equals(path)
                && status.getLen() == file.length();
      }
      if (!kept) {
        files.delete(path, true);
      }
    }
  }

  private boolean isThere(Path path, WrittenFile file) throws IOException {
    try {
      return files.getFileStatus(path).getLen() == file.length();
    } catch (FileNotFoundException e) {
      return false;
    }
  }
}
