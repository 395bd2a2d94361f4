package io.turnmill.job.fetch;

import java.nio.file.Path;

/**
 * A complete model folder on the local disk, which stays there until this is closed or the process
 * ends.
 */
public final class CachedFolder implements AutoCloseable {
  private final Path path;
  private final FileLocks.Held use;

  CachedFolder(Path path, FileLocks.Held use) {
    this.path = path;
    this.use = use;
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() {
    use.close();
  }
}
