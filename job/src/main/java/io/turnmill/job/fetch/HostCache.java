package io.turnmill.job.fetch;

import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import org.apache.hadoop.conf.Configuration;

/**
 * The models that a host has fetched. All processes of a user on the host share it; each model is
 * fetched once, by the first process that wants it, while the others wait.
 *
 * <pre>
 *   CACHE/KEY/            a complete model: its files, fetched.json, .used
 *   CACHE/KEY.part/       one that is being fetched, or whose fetch was interrupted
 *   CACHE/KEY.gone/       one that is being deleted
 *   CACHE/KEY.lock        held by the process that fetches
 *   CACHE/KEY.use         held, together with others, by each process that uses or fetches
 *   CACHE/cache.lock      held while room is made
 * </pre>
 *
 * A folder becomes an entry by one rename, when all of it has been checked. A process that ends in
 * the middle leaves its pieces for the next one. The cache belongs on a local disk.
 */
public final class HostCache {
  private final Path directory;
  private final long limitBytes;
  private final Means means;
  private final Room room;

  HostCache(Path directory, long limitBytes, Means means) {
    this.directory = directory;
    this.limitBytes = limitBytes;
    this.means = means;
    this.room = new Room(directory, limitBytes, means);
  }

  /**
   * Opens the cache of this host.
   *
   * @param directory where it lies; empty for {@code /tmp/turnmill-USER/models}
   * @param limitBytes of all models together; 0 for no limit but the disk's
   * @throws SetupException when the directory is not the user's own
   */
  public static HostCache open(String directory, long limitBytes) {
    return new HostCache(CacheFolder.of(directory), limitBytes, Means.ofThisHost());
  }

  /**
   * A complete local copy of a model folder, fetched if it is not there. It is not evicted before
   * the result is closed.
   *
   * @throws SetupException when it cannot be had: one message for people
   * @throws IOException when the cache's own files fail, or the thread was interrupted
   */
  public CachedFolder fetch(ModelSource source, Configuration conf) throws IOException {
    source.checkFits(limitBytes);
    String key = source.key();
    FileLocks.Held use = FileLocks.shared(useLock(directory, key));
    boolean done = false;
    try {
      Path entry = CacheEntry.complete(directory, key);
      if (!isWhole(entry, source)) {
        fetchAlone(source, entry, conf);
      }
      touch(entry);
      done = true;
      return new CachedFolder(entry, use);
    } finally {
      if (!done) {
        use.close();
      }
    }
  }

  static Path useLock(Path directory, String key) {
    return directory.resolve(key + ".use");
  }

  private void fetchAlone(ModelSource source, Path entry, Configuration conf) throws IOException {
    String key = source.key();
    Runnable waiting =
        () -> Fetch.LOG.info("Somebody else on this host fetches {}; waiting.", source.shown());
    try (FileLocks.Held alone = FileLocks.exclusive(directory.resolve(key + ".lock"), waiting)) {
      if (isWhole(entry, source)) {
        return;
      }
      removeDamaged(key);
      Path part = CacheEntry.part(directory, key);
      Fetch fetch = new Fetch(source, part, means);
      try (FileLocks.Held cache = FileLocks.exclusive(directory.resolve("cache.lock"), () -> {})) {
        room.make(source, part, fetch.bytesThere());
        fetch.reserve();
      }
      fetch.run(conf);
      Files.move(part, entry, StandardCopyOption.ATOMIC_MOVE);
      force(directory);
      Files.deleteIfExists(entry.resolve(Fetch.JOURNAL));
    }
  }

  /** Those who tidy up temporary folders take single files away, oldest first. */
  private static boolean isWhole(Path entry, ModelSource source) throws IOException {
    if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    for (SourceFile file : source.files()) {
      Path local = entry.resolve(file.path());
      if (!Files.isRegularFile(local, LinkOption.NOFOLLOW_LINKS)
          || Files.size(local) != file.sizeBytes()) {
        return false;
      }
    }
    return true;
  }

  private void removeDamaged(String key) throws IOException {
    for (CacheEntry entry : CacheEntry.all(directory)) {
      if (entry.key().equals(key) && entry.state() == CacheEntry.State.COMPLETE) {
        Fetch.LOG.warn("{} lacks files that it had; fetching it again.", entry.path());
        entry.delete();
      }
    }
  }

  private void touch(Path entry) throws IOException {
    Path used = entry.resolve(CacheEntry.USED);
    if (!Files.exists(used, LinkOption.NOFOLLOW_LINKS)) {
      Files.write(used, new byte[0]);
    }
    Files.setLastModifiedTime(used, FileTime.from(means.clock().instant()));
  }

  /** A rename is on the disk when its folder is; not every system lets a folder be opened. */
  private static void force(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      Fetch.LOG.debug("{} could not be forced to the disk: {}", folder, e.getMessage());
    }
  }
}
