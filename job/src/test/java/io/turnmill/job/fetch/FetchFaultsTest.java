package io.turnmill.job.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that fails, or whose files change meanwhile. */
class FetchFaultsTest {
  @TempDir Path temp;

  private OneFetch one;

  @BeforeEach
  void publish() throws IOException {
    one = new OneFetch(temp);
  }

  @Test
  void brokenConnectionsAndShortReadsAreTriedAgainAfterAWhile() throws IOException {
    AtomicInteger reads = new AtomicInteger();
    one.model().faults().reads =
        (file, offset, bytes) -> {
          if (reads.incrementAndGet() % 5 == 0) {
            throw new IOException("connection reset");
          }
          return Math.min(bytes, 20_000);
        };
    try (CachedFolder fetched = one.fetch()) {
      one.assertSame(fetched.path());
    }
    assertThat(one.pauses()).isNotEmpty().contains(Duration.ofSeconds(1));
  }

  @Test
  void aStoreThatDoesNotComeBackIsGivenUp() {
    one.model().faults().reads =
        (file, offset, bytes) -> {
          throw new IOException("cable cut at me://user:secret@host");
        };
    assertThatThrownBy(one::fetch)
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("cannot be read: cable cut")
        .hasMessageNotContaining("secret");
    assertThat(one.pauses()).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L);
  }

  @Test
  void whatMayNotBeReadIsNotTriedAgain() {
    one.model().faults().reads =
        (file, offset, bytes) -> {
          throw new AccessControlException("not yours");
        };
    assertThatThrownBy(one::fetch).hasMessageContaining("not yours");
    assertThat(one.pauses()).isEmpty();
  }

  @Test
  void aFileThatChangedAfterTheListingIsNamed() throws IOException {
    ModelSource source = one.model().source();
    Files.write(one.model().path().resolve("tokenizer.json"), new byte[5]);
    assertThatThrownBy(() -> one.cache().fetch(source, new Configuration()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("tokenizer.json: changed after the run began: it had 70000 bytes")
        .hasMessageContaining("now it has 5");
  }

  @Test
  void aFileThatChangesWhileItIsReadIsNoticed() throws IOException {
    ModelSource source = one.model().source();
    one.model().faults().reads =
        (file, offset, bytes) -> {
          Files.setLastModifiedTime(
              one.model().path().resolve("config.json"),
              FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
          return bytes;
        };
    assertThatThrownBy(() -> one.cache().fetch(source, new Configuration()))
        .hasMessageContaining("config.json: changed after the run began");
  }

  @Test
  void tagsDecideWhereTheStoreHasThem() throws IOException {
    String[] tag = {"\"one\""};
    one.model().faults().status =
        status -> {
          try {
            return status.isFile() ? new StoreForTests.Tagged(status, tag[0]) : status;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    ModelSource source = one.model().source();
    Files.setLastModifiedTime(
        one.model().path().resolve("config.json"),
        FileTime.from(Instant.EPOCH)); // touched, not changed
    one.cache().fetch(source, new Configuration()).close();

    ModelSource same = one.model().source();
    assertThat(same.key()).isNotEqualTo(source.key());
    tag[0] = "two";
    assertThatThrownBy(() -> one.cache().fetch(same, new Configuration()))
        .hasMessageContaining("changed after the run began");
  }

  @Test
  void aFileThatWasDeletedIsNamed() throws IOException {
    ModelSource source = one.model().source();
    Files.delete(one.model().path().resolve("tokenizer.json"));
    assertThatThrownBy(() -> one.cache().fetch(source, new Configuration()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("tokenizer.json: was deleted after the run began");
  }

  @Test
  void aFileThatEndsEarlyIsNamed() {
    one.model().faults().reads =
        (file, offset, bytes) -> file.equals("model.safetensors") && offset >= 200_000 ? -1 : bytes;
    assertThatThrownBy(one::fetch)
        .isInstanceOf(SetupException.class)
        .hasMessageContaining(
            "model.safetensors: cannot be read: its reads end before byte 300000");
  }
}
