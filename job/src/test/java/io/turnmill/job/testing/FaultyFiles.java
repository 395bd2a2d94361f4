package io.turnmill.job.testing;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** Another file system's files, some of whose requests fail. */
public final class FaultyFiles extends FilterFileSystem {
  private volatile Fault fault = (request, path) -> {};

  /** What may fail. */
  public enum Request {
    OPEN,
    CREATE,
    RENAME,
    DELETE,
    LIST,
    STATUS
  }

  /** Throws instead of a request, or does nothing. */
  @FunctionalInterface
  public interface Fault {
    void before(Request request, Path path) throws IOException;
  }

  /** Makes the exception of a fault. */
  @FunctionalInterface
  public interface Failure {
    void fail() throws IOException;
  }

  public FaultyFiles(FileSystem files) {
    super(files);
  }

  /** From now on. */
  public void fault(Fault next) {
    fault = next;
  }

  /** From now on the next requests fail, of every kind, and later ones succeed. */
  public void failNext(int requests, Failure failure) {
    AtomicInteger left = new AtomicInteger(requests);
    fault =
        (request, path) -> {
          if (left.getAndDecrement() > 0) {
            failure.fail();
          }
        };
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    fault.before(Request.OPEN, path);
    return super.open(path, bufferSize);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    fault.before(Request.CREATE, path);
    return super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    fault.before(Request.RENAME, to);
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    fault.before(Request.DELETE, path);
    return super.delete(path, recursive);
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    fault.before(Request.LIST, folder);
    return super.listStatus(folder);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    fault.before(Request.STATUS, path);
    return super.getFileStatus(path);
  }
}
