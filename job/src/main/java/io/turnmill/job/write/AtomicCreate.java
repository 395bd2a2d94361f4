package io.turnmill.job.write;

import io.turnmill.job.hadoop.FileSystems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Makes a small file that is not there yet: of several callers that do so at once, in one process
 * or in many, the file system lets one win. Readers see no file or the whole file.
 *
 * <table>
 *   <caption>What decides</caption>
 *   <tr><th>file system</th><th>how</th></tr>
 *   <tr><td>local files</td><td>The file is written beside its place, and a hard link is made at
 *     the place, which fails where something is. Where the disk knows no hard links, the file is
 *     renamed while a file lock is held, which the system gives back when a process dies.</td></tr>
 *   <tr><td>HDFS, ABFS, Ozone, and whatever is not named here</td><td>The file is written beside
 *     its place and renamed, which the name node refuses where something is. A file system whose
 *     rename replaces files is safe only as far as it is asked first.</td></tr>
 *   <tr><td>S3 with S3A of Hadoop 3.4.2 and later</td><td>A conditional PUT ({@code
 *     If-None-Match}), unless {@code fs.s3a.create.conditional.enabled} is false.</td></tr>
 *   <tr><td>Google Cloud Storage</td><td>A PUT for the generation 0, by Google's connector.</td></tr>
 *   <tr><td>other object stores, and older S3A</td><td>None can decide: the store is asked first,
 *     and of two that ask within the same moment both may be told that they won; the later one's
 *     content stays.</td></tr>
 * </table>
 */
public final class AtomicCreate {
  /** {@code Options.CreateFileOptionKeys}, which Hadoop 3.3 does not have. */
  private static final String CONDITIONAL = "fs.option.create.conditional.overwrite";

  private final FileSystem files;
  private final FileSystem innermost;
  private final Path path;
  private final byte[] content;

  private AtomicCreate(FileSystem files, Path path, byte[] content) {
    this.files = FileSystems.withoutChecksums(files);
    this.innermost = FileSystems.innermost(files);
    this.path = path;
    this.content = content;
  }

  /**
   * Makes the file and the folders above it. May be called again after an exception: when the
   * earlier call had made the file and only its answer was lost, this one returns true. For that
   * the content must be its writer's alone: let it hold a random token.
   *
   * @param content a few kilobytes; the file system writes them at once
   * @return true when the file holds this content now; false when another writer's content was
   *     there
   * @throws IOException when it is not known whether the file was made
   */
  public static boolean create(FileSystem files, Path path, byte[] content) throws IOException {
    return new AtomicCreate(files, path, content).create();
  }

  private boolean create() throws IOException {
    try {
      if (FileSystems.isObjectStore(innermost)) {
        put();
      } else {
        moveIntoPlace();
      }
      return true;
    } catch (IOException e) {
      // Some clients ask again by themselves when an answer is lost, and are then refused for what
      // they made. Only what is there tells.
      return isOurs(e);
    }
  }

  private boolean isOurs(IOException refused) throws IOException {
    try (InputStream in = files.open(path)) {
      return Arrays.equals(in.readNBytes(content.length + 1), content);
    } catch (FileNotFoundException e) {
      if (refused instanceof FileAlreadyExistsException
          || refused instanceof org.apache.hadoop.fs.FileAlreadyExistsException) {
        throw new IOException(path + " was there, and is gone again.", e);
      }
      throw refused;
    } catch (IOException e) {
      refused.addSuppressed(e);
      throw refused;
    }
  }

  private void put() throws IOException {
    try (OutputStream out =
        files.hasPathCapability(path, CONDITIONAL) ? conditional() : files.create(path, false)) {
      out.write(content);
    }
  }

  private OutputStream conditional() throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = files.createFile(path);
    builder.recursive();
    // Asked first as well: S3A writes pages into the log when the condition fails.
    builder.overwrite(false);
    builder.must(CONDITIONAL, true);
    return builder.build();
  }

  private void moveIntoPlace() throws IOException {
    Path next = path.suffix("." + UUID.randomUUID() + ".next");
    boolean isMoved = false;
    try {
      try (OutputStream out = files.create(next, false)) {
        out.write(content);
      }
      if (innermost instanceof RawLocalFileSystem local) {
        link(local.pathToFile(next).toPath(), local.pathToFile(path).toPath());
      } else {
        isMoved = !files.exists(path) && files.rename(next, path);
        if (!isMoved) {
          throw new IOException("the file system did not rename " + next + " to " + path);
        }
      }
    } finally {
      if (!isMoved) {
        files.delete(next, false);
      }
    }
  }

  private static void link(java.nio.file.Path next, java.nio.file.Path path) throws IOException {
    try {
      Files.createLink(path, next);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      renameUnderLock(next, path);
    }
  }

  /** A way for disks without hard links, such as some that are mounted over a network. */
  static void renameUnderLock(java.nio.file.Path next, java.nio.file.Path path) throws IOException {
    // Locks of files are a process's; the monitor tells its threads apart.
    synchronized (AtomicCreate.class) {
      try (FileChannel channel =
              FileChannel.open(
                  path.resolveSibling(".create.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (!lock.isValid() || Files.exists(path)) {
          throw new FileAlreadyExistsException(path.toString());
        }
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }
}
