package io.turnmill.job.testing;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalErrors;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.protocol.DSQuotaExceededException;
import org.apache.hadoop.util.Progressable;

/** Local files as {@code fulldisk:}, of which some folders hold so many bytes and no more. */
public final class FullDiskFileSystem extends RawLocalFileSystem {
  /** The setting by which Spark finds it. */
  public static final String SETTING =
      "spark.hadoop.fs.fulldisk.impl=" + FullDiskFileSystem.class.getName();

  /** How a file system says that it is full. */
  public enum Says {
    NO_SPACE,
    LOCAL_ERROR,
    HDFS_QUOTA
  }

  private static volatile String where = "";
  private static volatile Says says = Says.NO_SPACE;
  private static final AtomicLong LEFT = new AtomicLong(Long.MAX_VALUE);

  /** From now on, what lies under folders whose path holds {@code folder} can grow by so much. */
  public static void fill(String folder, long bytes, Says how) {
    where = folder;
    says = how;
    LEFT.set(bytes);
  }

  public static void makeRoom() {
    LEFT.set(Long.MAX_VALUE);
  }

  @Override
  public URI getUri() {
    return URI.create("fulldisk:///");
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return limited(
        file, super.create(file, overwrite, bufferSize, replication, blockSize, progress));
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return limited(
        file,
        super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress));
  }

  private FSDataOutputStream limited(Path file, FSDataOutputStream out) throws IOException {
    if (!file.toString().contains(where)) {
      return out;
    }
    return new FSDataOutputStream(new Limited(out), null, out.getPos());
  }

  private static final class Limited extends FilterOutputStream {
    Limited(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      long before = LEFT.getAndAdd(-length);
      // As a disk does, it takes what still fits.
      out.write(bytes, offset, (int) Math.max(0, Math.min(length, before)));
      if (before < length) {
        switch (says) {
          case NO_SPACE -> throw new IOException("No space left on device");
          case LOCAL_ERROR -> throw LocalErrors.of(new IOException("No space left on device"));
          case HDFS_QUOTA -> throw new DSQuotaExceededException(1000, 2000);
        }
      }
    }
  }
}
