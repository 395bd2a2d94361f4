package io.turnmill.job.fetch;

import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.apache.hadoop.conf.Configuration;

/**
 * The models that a host has fetched. All processes of a user on the host share it; each model is
 * fetched once, by the first process that wants it, while the others wait.
 *
 * <pre>
 *   CACHE/KEY/            a complete model: its files, fetched.json, .used
 *   CACHE/KEY.part/       one that is being fetched or deleted, or whose fetch was interrupted
 *   CACHE/KEY.use         locked (shared) by each process that uses or fetches the model
 *   CACHE/cache.lock      locked by the one process that fetches
 * </pre>
 *
 * A folder becomes an entry by one rename, when all of it is there. If a process ends before that,
 * the next one keeps its complete files. The cache must be on a local disk.
 */
public final class HostCache {
  private final Path directory;
  private final FetchEnvironment environment;
  private final CacheEviction eviction;

  HostCache(Path directory, long limitBytes, FetchEnvironment environment) {
    this.directory = directory.toAbsolutePath().normalize();
    this.environment = environment;
    this.eviction = new CacheEviction(this.directory, limitBytes, environment);
  }

  /**
   * Opens the cache of this host.
   *
   * @param directory the folder of the cache; empty for {@code /tmp/turnmill-USER/models}
   * @param limitBytes the most bytes of all models together; 0 for no limit other than the disk's
   * @throws SetupException when the directory does not belong to the user
   */
  public static HostCache open(String directory, long limitBytes) {
    return new HostCache(CacheFolder.of(directory), limitBytes, FetchEnvironment.ofThisHost());
  }

  /**
   * Returns a complete local copy of a model folder, which is fetched if it is not there. It is not
   * removed before the result is closed.
   *
   * @throws SetupException when it cannot be fetched, with one message for people
   * @throws IOException when the cache's own files cannot be used, or the thread was interrupted
   */
  public CachedFolder fetch(ModelSource source, Configuration conf) throws IOException {
    source.checkFits(eviction.limitBytes());
    Path entry = directory.resolve(source.key());
    Path useLock = useLock(directory, source.key());
    FileLocks.use(useLock);
    boolean done = false;
    try {
      if (!isWhole(entry, source)) {
        FileLocks.exclusive(
            directory.resolve("cache.lock"),
            () -> FolderFetch.LOG.info("Waiting for another fetch before {}.", source.shown()),
            () -> fetchAlone(source, entry, conf));
      }
      // This is not the lock file, whose time cannot be set without closing a channel to it.
      Path used = entry.resolve(CacheEviction.USED);
      Files.write(used, new byte[0]);
      Files.setLastModifiedTime(used, FileTime.from(environment.clock().instant()));
      done = true;
      return new CachedFolder(entry, useLock);
    } finally {
      if (!done) {
        FileLocks.endUse(useLock);
      }
    }
  }

  static Path useLock(Path directory, String key) {
    return directory.resolve(key + ".use");
  }

  static Path part(Path directory, String key) {
    return directory.resolve(key + ".part");
  }

  private void fetchAlone(ModelSource source, Path entry, Configuration conf) throws IOException {
    if (isWhole(entry, source)) {
      return;
    }
    Path part = part(directory, source.key());
    if (Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
      FolderFetch.LOG.warn("{} lacks files that it had; fetching them again.", entry);
      CacheEviction.demote(entry, part);
    }
    FolderFetch fetch = new FolderFetch(source, part, environment);
    eviction.makeRoom(source, fetch.missingBytes());
    fetch.run(conf);
    Files.move(part, entry, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Whether an entry has all its files: programs that tidy up temporary folders remove single ones.
   */
  private static boolean isWhole(Path entry, ModelSource source) throws IOException {
    return Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
        && FolderFetch.missing(source, entry).isEmpty();
  }
}
