package io.turnmill.job.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;

/** One model on its way from a store to a cache; nobody waits for the pauses between tries. */
final class OneFetch {
  private static final int RANGE = 50_000;
  private static final AtomicInteger STORES = new AtomicInteger();

  private final Queue<Duration> pauses = new ConcurrentLinkedQueue<>();
  private final Path cache;
  private final PublishedModel model;

  OneFetch(Path temp) throws IOException {
    this.cache = temp.resolve("cache");
    this.model =
        PublishedModel.in(temp.resolve("published"), "fetched-" + STORES.incrementAndGet(), 1);
  }

  PublishedModel model() {
    return model;
  }

  /** Between tries, so far. */
  Queue<Duration> pauses() {
    return pauses;
  }

  HostCache cache() throws IOException {
    return cache(1);
  }

  HostCache cache(int threads) throws IOException {
    return new HostCache(
        CacheFolder.secured(cache),
        0,
        new FetchEnvironment(
            Clock.systemUTC(), pauses::add, folder -> Long.MAX_VALUE, RANGE, threads));
  }

  CachedFolder fetch() throws IOException {
    return cache().fetch(model.source(), new Configuration());
  }

  void assertSame(Path fetched) throws IOException {
    for (SourceFile file : model.source().files()) {
      assertThat(fetched.resolve(file.path()))
          .hasSameBinaryContentAs(model.path().resolve(file.path()));
    }
  }

  Path part() {
    return HostCache.part(cache, model.source().key());
  }

  /** One file cannot be read from a place on. */
  void failFor(String name, long from) {
    model.faults().reads =
        (file, offset, bytes) -> {
          if (file.equals(name) && offset >= from) {
            throw new IOException("cable cut");
          }
          return bytes;
        };
  }
}
