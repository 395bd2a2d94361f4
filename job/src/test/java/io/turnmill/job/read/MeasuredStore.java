package io.turnmill.job.read;

import io.turnmill.job.hadoop.Retry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A store in memory that counts requests: {@code measured://NAME/a/b}, with the files that a test
 * has put into NAME.
 */
public final class MeasuredStore extends FileSystem {
  private static final Map<String, Content> STORES = new ConcurrentHashMap<>();

  private URI uri;
  private Content content;

  /** Does something within a request, such as to wait for another. */
  @FunctionalInterface
  interface Within {
    void request(Path path) throws IOException;
  }

  /** What one store holds, and what was asked of it. */
  static final class Content {
    final AtomicInteger statuses = new AtomicInteger();
    final AtomicInteger listings = new AtomicInteger();
    final AtomicInteger opens = new AtomicInteger();
    final AtomicInteger closes = new AtomicInteger();
    volatile Within listing = path -> {};
    volatile Within open = path -> {};
    volatile Within read = path -> {};
    private final String name;
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, Map<String, FileStatus>> folders = new LinkedHashMap<>();

    private Content(String name) {
      this.name = name;
    }

    String path() {
      return "measured://" + name + "/in";
    }

    void put(String below, byte[] bytes) {
      String file = "/in/" + below;
      files.put(file, bytes);
      Path path = new Path("measured://" + name + file);
      FileStatus status = new FileStatus(bytes.length, false, 1, 1 << 20, 1, path);
      while (!path.isRoot()) {
        folders
            .computeIfAbsent(path.getParent().toUri().getPath(), folder -> new LinkedHashMap<>())
            .putIfAbsent(path.getName(), status);
        path = path.getParent();
        status = new FileStatus(0, true, 1, 1 << 20, 1, path);
      }
    }

    /** As if somebody had deleted it since its folder was listed. */
    void remove(String below) {
      files.remove("/in/" + below);
    }

    int requests() {
      return statuses.get() + listings.get() + opens.get();
    }
  }

  static Content named(String name) {
    Content content = new Content(name);
    STORES.put(name, content);
    return content;
  }

  static Configuration conf() {
    Configuration conf = new Configuration(false);
    conf.set("fs.measured.impl", MeasuredStore.class.getName());
    conf.setBoolean("fs.measured.impl.disable.cache", true);
    return conf;
  }

  @Override
  public String getScheme() {
    return "measured";
  }

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    super.initialize(name, conf);
    setConf(conf);
    uri = URI.create(name.getScheme() + "://" + name.getAuthority());
    content = STORES.get(name.getHost());
  }

  @Override
  public URI getUri() {
    return uri;
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    content.opens.incrementAndGet();
    content.open.request(path);
    byte[] bytes = content.files.get(path.toUri().getPath());
    if (bytes == null) {
      throw new FileNotFoundException(path.toString());
    }
    return new FSDataInputStream(
        new Bytes(bytes, () -> content.read.request(path), content.closes));
  }

  private static final class Bytes extends FSInputStream {
    /** What one request brings at most. */
    private static final int CHUNK = 1 << 12;

    private final byte[] bytes;
    private final Retry.Step before;
    private final AtomicInteger closes;
    private int next;

    Bytes(byte[] bytes, Retry.Step before, AtomicInteger closes) {
      this.bytes = bytes;
      this.before = before;
      this.closes = closes;
    }

    @Override
    public void close() {
      closes.incrementAndGet();
    }

    @Override
    public void seek(long position) {
      next = (int) position;
    }

    @Override
    public long getPos() {
      return next;
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }

    @Override
    public int read() throws IOException {
      before.run();
      return next == bytes.length ? -1 : bytes[next++] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      before.run();
      int count = Math.min(Math.min(length, CHUNK), bytes.length - next);
      System.arraycopy(bytes, next, into, offset, count);
      next += count;
      return count == 0 ? -1 : count;
    }
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    content.listings.incrementAndGet();
    content.listing.request(folder);
    Map<String, FileStatus> inside = content.folders.get(folder.toUri().getPath());
    if (inside == null) {
      throw new FileNotFoundException(folder.toString());
    }
    return inside.values().toArray(FileStatus[]::new);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    content.statuses.incrementAndGet();
    String name = path.toUri().getPath();
    if (content.folders.containsKey(name)) {
      return new FileStatus(0, true, 1, 1 << 20, 1, makeQualified(path));
    }
    byte[] bytes = content.files.get(name);
    if (bytes == null) {
      throw new FileNotFoundException(path.toString());
    }
    return new FileStatus(bytes.length, false, 1, 1 << 20, 1, makeQualified(path));
  }

  @Override
  public Path getWorkingDirectory() {
    return new Path(uri.toString(), "/");
  }

  @Override
  public void setWorkingDirectory(Path folder) {
    throw new UnsupportedOperationException();
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
