package io.turnmill.job.fetch;

import java.nio.file.Path;

/**
 * A complete model folder on the local disk, which stays there until this is closed or the process
 * ends.
 */
public final class CachedFolder implements AutoCloseable {
  private final Path path;
  private final Path useLock;
  private boolean closed;

  CachedFolder(Path path, Path useLock) {
    this.path = path;
    this.useLock = useLock;
  }

  public Path path() {
    return path;
  }

  /** Lets the folder be evicted; closing it again does nothing. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      FileLocks.endUse(useLock);
    }
  }
}
