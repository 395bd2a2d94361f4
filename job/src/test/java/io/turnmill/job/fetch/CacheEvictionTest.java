package io.turnmill.job.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes when a cache is full, and what stays. */
class CacheEvictionTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path temp;

  private long hour;
  private long free = Long.MAX_VALUE;

  private HostCache cache(long limitBytes) throws IOException {
    return new HostCache(
        CacheFolder.secured(temp.resolve("cache")),
        limitBytes,
        new FetchEnvironment(
            Clock.fixed(NOW.plus(Duration.ofHours(hour++)), ZoneOffset.UTC),
            pause -> {},
            folder -> free,
            1 << 20,
            1));
  }

  private PublishedModel model(int number) throws IOException {
    return PublishedModel.in(temp.resolve("m" + number), "eviction", number);
  }

  /** Room for so many models, and what stands beside their files. */
  private static long models(int count) {
    return (PublishedModel.ALL + 5_000L) * count;
  }

  private Path entry(PublishedModel model) {
    return temp.resolve("cache").resolve(model.source().key());
  }

  private CachedFolder fetch(PublishedModel model, long limitBytes) throws IOException {
    return cache(limitBytes).fetch(model.source(), new Configuration());
  }

  @Test
  void theLeastRecentlyUsedModelGoesFirst() throws IOException {
    PublishedModel one = model(1);
    PublishedModel two = model(2);
    PublishedModel three = model(3);
    fetch(one, models(2)).close();
    fetch(two, models(2)).close();
    fetch(one, models(2)).close();
    fetch(three, models(2)).close();

    assertThat(entry(one)).isDirectory();
    assertThat(entry(two)).doesNotExist();
    assertThat(entry(three)).isDirectory();
  }

  @Test
  void aModelInUseStays() throws IOException {
    PublishedModel one = model(1);
    PublishedModel two = model(2);
    PublishedModel three = model(3);
    try (CachedFolder used = fetch(one, models(2))) {
      fetch(two, models(2)).close();
      fetch(three, models(2)).close();
      assertThat(used.path()).isDirectory();
      assertThat(entry(two)).doesNotExist();
    }
  }

  @Test
  void aModelInUseByAnotherProcessStaysUntilThatEnds() throws Exception {
    PublishedModel one = model(1);
    PublishedModel two = model(2);
    CacheFolder.secured(temp.resolve("cache"));
    Process other =
        FetchForTests.start(one, temp.resolve("cache"), temp.resolve("reads"), FetchForTests.HOLD);
    try (BufferedReader lines = other.inputReader()) {
      assertThat(lines.lines().filter(line -> line.startsWith(FetchForTests.HOLD)).findFirst())
          .contains(FetchForTests.HOLD + " " + entry(one));
      assertThatThrownBy(() -> fetch(two, models(1))).hasMessageContaining("the rest is in use");
      assertThat(entry(one)).isDirectory();
      other.getOutputStream().close();
      assertThat(other.waitFor()).isZero();
    }
    fetch(two, models(1)).close();
    assertThat(entry(one)).doesNotExist();
  }

  @Test
  void whatDoesNotFitBesideWhatIsInUseIsAnErrorThatSaysSo() throws IOException {
    try (CachedFolder one = fetch(model(1), models(2));
        CachedFolder two = fetch(model(2), models(2))) {
      PublishedModel three = model(3);
      assertThatThrownBy(() -> fetch(three, models(2)))
          .isInstanceOf(SetupException.class)
          .hasMessageContaining("the rest is in use")
          .hasMessageContaining("model.cache_limit_bytes");
      assertThat(one.path()).isDirectory();
      assertThat(two.path()).isDirectory();
    }
  }

  @Test
  void aModelLargerThanTheLimitIsRefusedBeforeAnythingIsReadOrRemoved() throws IOException {
    PublishedModel one = model(1);
    fetch(one, models(1)).close();
    PublishedModel large = PublishedModel.in(temp.resolve("large"), "large", 9);
    assertThatThrownBy(() -> fetch(large, PublishedModel.ALL - 1L))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("has 372000 bytes, but model.cache_limit_bytes = 371999");
    assertThat(large.bytesRead()).isZero();
    assertThat(entry(one)).isDirectory();
  }

  @Test
  void aDiskWithoutRoomIsAnErrorWithTheNumbersAndTheFolder() throws IOException {
    free = 1000;
    PublishedModel model = PublishedModel.in(temp.resolve("m"), "disk", 1);
    assertThatThrownBy(() -> fetch(model, 0))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("needs 372000 bytes in " + temp.resolve("cache"))
        .hasMessageContaining("has 1000 left");
    assertThat(model.bytesRead()).isZero();
  }

  @Test
  void partsGoInTurnWithModels() throws IOException {
    PublishedModel one = model(1);
    Path old = part("a", 8);
    fetch(one, 0).close();
    fetch(model(2), models(3) - PublishedModel.ALL).close();
    assertThat(old).doesNotExist();
    assertThat(entry(one)).isDirectory();

    Path fresh = part("b", -1);
    fetch(model(3), models(4) - PublishedModel.ALL).close();
    assertThat(fresh).isDirectory();
    assertThat(entry(one)).doesNotExist();

    fetch(model(4), models(1)).close();
    assertThat(fresh).doesNotExist();
  }

  @Test
  void foreignThingsInTheFolderAreLeftAlone() throws IOException {
    CacheFolder.secured(temp.resolve("cache"));
    Path mine = Files.createDirectory(temp.resolve("cache/mine"));
    fetch(model(1), models(1)).close();
    fetch(model(2), models(1)).close();
    assertThat(mine).isDirectory();
    try (Stream<Path> files = Files.list(temp.resolve("cache"))) {
      List<String> folders =
          files.filter(Files::isDirectory).map(path -> path.getFileName().toString()).toList();
      assertThat(folders).hasSize(2).contains("mine");
    }
  }

  /** A part of the size of a model, last changed this many days before the start. */
  private Path part(String name, int days) throws IOException {
    CacheFolder.secured(temp.resolve("cache"));
    Path part = HostCache.part(temp.resolve("cache"), name.repeat(64));
    Files.createDirectories(part);
    Files.write(part.resolve("model.safetensors"), new byte[PublishedModel.ALL]);
    Files.setLastModifiedTime(part, FileTime.from(NOW.minus(Duration.ofDays(days))));
    return part;
  }
}
