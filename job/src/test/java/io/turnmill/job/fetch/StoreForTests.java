package io.turnmill.job.fetch;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A store that counts what is read and fails when told to: {@code teststore://NAME/a/b} is the
 * local file {@code /a/b}, with the faults that a test has given to NAME. Registered for its scheme
 * in {@code META-INF/services}.
 */
public final class StoreForTests extends FileSystem {
  private static final Map<String, Faults> FAULTS = new ConcurrentHashMap<>();

  /** Setting: a file to which each read appends a line, for tests with several processes. */
  static final String READS_FILE = "teststore.reads";

  private URI uri;
  private Faults faults;

  /** What one store does. */
  static final class Faults {
    final AtomicLong bytesRead = new AtomicLong();
    volatile Reads reads = (file, offset, bytes) -> bytes;
    volatile UnaryOperator<FileStatus> status = status -> status;
    volatile UnaryOperator<List<FileStatus>> listing = listing -> listing;
  }

  /** Says how many bytes a read gets, -1 for the end of the file, or fails. */
  @FunctionalInterface
  interface Reads {
    int allow(String file, long offset, int bytes) throws IOException;
  }

  /** A status with a tag, as object stores have it. */
  static final class Tagged extends FileStatus implements EtagSource {
    private static final long serialVersionUID = 1L;
    private final String tag;

    Tagged(FileStatus status, String tag) throws IOException {
      super(status);
      this.tag = tag;
    }

    @Override
    public String getEtag() {
      return tag;
    }
  }

  static Faults faults(String name) {
    return FAULTS.computeIfAbsent(name, created -> new Faults());
  }

  @Override
  public String getScheme() {
    return "teststore";
  }

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    super.initialize(name, conf);
    setConf(conf);
    uri = URI.create(name.getScheme() + "://" + name.getAuthority());
    faults = faults(name.getHost());
  }

  @Override
  public URI getUri() {
    return uri;
  }

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return new FSDataInputStream(new Reader(path));
  }

  /** Reads of one file, by the store's faults. */
  private final class Reader extends FSInputStream {
    private final RandomAccessFile file;
    private final String name;

    Reader(Path path) throws IOException {
      file = new RandomAccessFile(local(path).toFile(), "r");
      name = path.getName();
    }

    @Override
    public void seek(long position) throws IOException {
      file.seek(position);
    }

    @Override
    public long getPos() throws IOException {
      return file.getFilePointer();
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int allowed = faults.reads.allow(name, getPos(), length);
      int bytes = allowed < 0 ? -1 : file.read(into, offset, Math.min(allowed, length));
      if (bytes > 0) {
        faults.bytesRead.addAndGet(bytes);
        String log = getConf().get(READS_FILE, "");
        if (!log.isEmpty()) {
          Files.write(
              java.nio.file.Path.of(log),
              (name + " " + bytes + "\n").getBytes(StandardCharsets.UTF_8),
              StandardOpenOption.CREATE,
              StandardOpenOption.APPEND);
        }
      }
      return bytes;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    try (Stream<java.nio.file.Path> files = Files.list(local(folder))) {
      for (java.nio.file.Path file : files.toList()) {
        found.add(getFileStatus(new Path(folder, file.getFileName().toString())));
      }
    }
    return faults.listing.apply(found).toArray(FileStatus[]::new);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    java.nio.file.Path file = local(path);
    if (!Files.exists(file)) {
      throw new FileNotFoundException(path.toString());
    }
    return faults.status.apply(
        new FileStatus(
            Files.isDirectory(file) ? 0 : Files.size(file),
            Files.isDirectory(file),
            1,
            1 << 20,
            Files.getLastModifiedTime(file).toMillis(),
            makeQualified(path)));
  }

  @Override
  public void setWorkingDirectory(Path folder) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Path getWorkingDirectory() {
    return new Path(uri.toString(), "/");
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean delete(Path path, boolean recursive) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) {
    throw new UnsupportedOperationException();
  }
}
