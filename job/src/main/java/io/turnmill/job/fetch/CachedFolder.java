package io.turnmill.job.fetch;

import java.nio.file.Path;

/**
 * A complete model folder on the local disk. It is not removed until this is closed or the process
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

  /** Allows the folder to be removed; closing it again does nothing. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      FileLocks.endUse(useLock);
    }
  }
}
