package io.turnmill.job.fetch;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.fetch.CacheEntry.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Makes room in a cache, up to its limit and to what the disk holds. What goes first: what is on
 * its way out already, parts that nobody has touched for a week, then complete entries by their
 * last use, then other parts. What a process uses or fetches never goes. To be called under the
 * cache's own lock.
 */
final class Room {
  private static final Duration ABANDONED = Duration.ofDays(7);

  private final Path cache;
  private final long limitBytes;
  private final Means means;

  /**
   * @param limitBytes 0: no limit but the disk's
   */
  Room(Path cache, long limitBytes, Means means) {
    this.cache = cache;
    this.limitBytes = limitBytes;
    this.means = means;
  }

  /**
   * Evicts until a folder fits.
   *
   * @param part where it will be fetched to: counted in full, and safe
   * @param bytesThere of it that are on the disk already
   * @throws SetupException when it does not fit, though nothing more can go
   */
  void make(ModelSource source, Path part, long bytesThere) throws IOException {
    List<CacheEntry> others = new ArrayList<>(CacheEntry.all(cache));
    others.removeIf(entry -> entry.path().equals(part));
    long onDisk = source.sizeBytes() - bytesThere;
    for (CacheEntry victim : inOrder(others)) {
      boolean wanted =
          victim.state() == State.GONE
              || overLimit(others, source) > 0
              || means.freeBytes().applyAsLong(cache) < onDisk;
      if (wanted && evicted(victim)) {
        others.remove(victim);
      }
    }
    long over = overLimit(others, source);
    if (over > 0) {
      throw new SetupException(
          String.format(
                  Locale.ROOT,
                  "%s has %d bytes, for which %s is %d too small: model.cache_limit_bytes = %d, and the rest",
                  source.shown(),
                  source.sizeBytes(),
                  cache,
                  over,
                  limitBytes)
              + " is in use.");
    }
    long free = means.freeBytes().applyAsLong(cache);
    if (free < onDisk) {
      throw new SetupException(
          String.format(
                  Locale.ROOT,
                  "%s needs %d bytes in %s, but its disk has %d left. Make room, or set model.cache_path to",
                  source.shown(),
                  onDisk,
                  cache,
                  free)
              + " a folder on another disk.");
    }
  }

  private long overLimit(List<CacheEntry> others, ModelSource source) {
    long occupied = others.stream().mapToLong(CacheEntry::bytes).sum();
    return limitBytes == 0 ? 0 : occupied + source.sizeBytes() - limitBytes;
  }

  private List<CacheEntry> inOrder(List<CacheEntry> entries) {
    Instant abandoned = means.clock().instant().minus(ABANDONED);
    return entries.stream()
        .sorted(
            Comparator.comparingInt((CacheEntry entry) -> rank(entry, abandoned))
                .thenComparing(CacheEntry::lastUsed))
        .toList();
  }

  private static int rank(CacheEntry entry, Instant abandoned) {
    return switch (entry.state()) {
      case GONE -> 0;
      case PART -> entry.lastUsed().isBefore(abandoned) ? 1 : 3;
      case COMPLETE -> 2;
    };
  }

  private boolean evicted(CacheEntry entry) throws IOException {
    Optional<FileLocks.Held> alone = FileLocks.tryExclusive(HostCache.useLock(cache, entry.key()));
    if (alone.isEmpty()) {
      return false;
    }
    try (FileLocks.Held held = alone.get()) {
      entry.delete();
      Fetch.LOG.info(
          "Removed a model of {} bytes from {}, last used {}.",
          entry.bytes(),
          cache,
          entry.lastUsed());
      return true;
    }
  }
}
