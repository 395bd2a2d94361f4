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
 * Makes a small file if it is not there yet. If several callers do so at once, in one process or in
 * several, the file system lets one succeed. Readers see no file or the whole file.
 *
 * <table>
 *   <caption>How one caller is chosen</caption>
 *   <tr><th>file system</th><th>how</th></tr>
 *   <tr><td>local files</td><td>The file is written beside its place, and a hard link is made at its place, which fails if something is there. If the disk does not have hard links, the file is renamed while a file lock is held, which the system releases when a process dies.</td></tr>
 *   <tr><td>HDFS, ABFS, Ozone, and all that are not named here</td><td>The file is written beside its place and renamed, which the name node refuses if something is there. If a file system's rename replaces files, only the check before it protects an earlier file.</td></tr>
 *   <tr><td>S3 with S3A of Hadoop 3.4.2 and later</td><td>A conditional PUT ({@code
 *     If-None-Match}), unless {@code fs.s3a.create.conditional.enabled} is false.</td></tr>
 *   <tr><td>Google Cloud Storage</td><td>A PUT for the generation 0, by Google's connector.</td></tr>
 *   <tr><td>other object stores, and older S3A</td><td>These stores cannot decide. The store is asked first whether the file is there; if two callers ask at the same moment, both may be told that they succeeded, and the later one's content stays.</td></tr>
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
   * Makes the file and the folders above it. It may be called again after an exception: if the
   * earlier call had made the file and only its answer was lost, this call returns true. For that,
   * no other writer may have the same content, so it should hold a random token.
   *
   * @param content at most a few kilobytes, which the file system writes at once
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
      // Some clients repeat a request whose answer is lost, and are then refused because of the
      // file
      // that they made. So the content of the file decides.
      return isOurs(e);
    }
  }

  private boolean isOurs(IOException refused) throws IOException {
    try (InputStream in = files.open(path)) {
      return Arrays.equals(in.readNBytes(content.length + 1), content);
    } catch (FileNotFoundException e) {
      if (refused instanceof FileAlreadyExistsException
          || refused instanceof org.apache.hadoop.fs.FileAlreadyExistsException) {
        throw new IOException(path + " was there, and is missing now.", e);
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
    // This asks first as well, because S3A logs much text when the condition fails.
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

  /** Makes the file on a disk without hard links, such as some that are mounted over a network. */
  static void renameUnderLock(java.nio.file.Path next, java.nio.file.Path path) throws IOException {
    // Locks of files belong to a process; the monitor excludes its other threads.
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
