package io.turnmill.job.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.testing.S3ForTests;
import io.turnmill.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S3A against a real server. */
class S3FetchTest {
  private static final Path MODEL = Path.of("../samples/models/chat-mini");
  private static final String URI = "s3a://" + S3ForTests.BUCKET + "/";

  @TempDir static Path shared;
  private static S3ForTests server;

  @TempDir Path temp;

  private final ConcurrentLinkedQueue<Duration> pauses = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void start() throws IOException {
    server = S3ForTests.start(shared);
    server.upload(MODEL);
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @Test
  void aModelComesOutOfS3AsItWentIn() throws IOException {
    ModelSource source = ModelSource.list(URI + "chat-mini", server.conf());
    String fingerprint = ModelFolder.open(MODEL).fingerprint();
    Path outline = Files.createDirectory(temp.resolve("outline"));
    SparseModelFolder.write(source, server.conf(), outline);
    assertThat(ModelFolder.open(outline).fingerprint()).isEqualTo(fingerprint);

    assertFetched(source);
    assertThat(pauses).isEmpty();
  }

  @Test
  void anObjectIsKnownByItsTag() throws IOException {
    ModelSource source = ModelSource.list(URI + "chat-mini", server.conf());
    assertThat(source.files()).hasSizeGreaterThan(3).noneMatch(file -> file.etag().isEmpty());
    assertThat(ModelSource.list(URI + "chat-mini", server.conf()).key()).isEqualTo(source.key());
  }

  @Test
  void anObjectThatWasReplacedByOneOfTheSameSizeIsNamed() throws IOException {
    publish("replaced", 1);
    ModelSource source = ModelSource.list(URI + "replaced", server.conf());
    server.put("replaced/tokenizer.json", new byte[70_000]);
    assertThatThrownBy(() -> cache().fetch(source, server.conf()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining(URI + "replaced/tokenizer.json: changed after the run began")
        .hasMessageContaining("Start again");
  }

  @Test
  void anObjectThatIsReplacedWhileItIsReadIsNamed() throws IOException {
    publish("swapped", 2);
    ModelSource source = ModelSource.list(URI + "swapped", server.conf());
    SourceFile weights =
        source.files().stream()
            .filter(file -> file.sizeBytes() > 100_000)
            .findFirst()
            .orElseThrow();
    try (OpenSource open = OpenSource.open(source, server.conf());
        SourceStream stream = new SourceStream(open, weights, pauses::add)) {
      stream.read(0, new byte[1_000]);
      server.put("swapped/" + weights.path(), new byte[PublishedModel.WEIGHTS]);
      assertThatThrownBy(() -> stream.read(200_000, new byte[50_000]))
          .isInstanceOf(SetupException.class)
          .hasMessageContaining("model.safetensors: changed after the run began");
    }
  }

  @Test
  void aServerThatIsBusyIsAskedAgain() throws IOException {
    ModelSource source = ModelSource.list(URI + "chat-mini", server.conf());
    server.relay().busyAnswers.set(2);
    assertFetched(source);
    assertThat(server.relay().busyAnswers).hasValue(0);
  }

  @Test
  void aConnectionThatBreaksInTheMiddleIsMadeAgain() throws IOException {
    ModelSource source = ModelSource.list(URI + "chat-mini", server.conf());
    server.relay().cutOnceBehind(3_000_000);
    assertFetched(source);
    assertThat(server.relay().hasCut()).isTrue();
  }

  @Test
  void aFolderThatIsNotThereAndKeysThatAreWrongAreClear() {
    assertThatThrownBy(() -> ModelSource.list(URI + "none", server.conf()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining(URI + "none: no such folder");
    assertThatThrownBy(() -> ModelSource.list("s3a://nobucket/none", server.conf()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("s3a://nobucket/none: ");
    Configuration wrong = server.conf();
    wrong.set("fs.s3a.secret.key", "another-word");
    assertThatThrownBy(() -> ModelSource.list(URI + "chat-mini", wrong))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining(URI + "chat-mini: cannot be read: ")
        .hasMessageContaining("403")
        .hasMessageNotContaining("another-word");
  }

  private void publish(String name, long seed) throws IOException {
    PublishedModel.in(temp.resolve(name), name, seed);
    server.upload(temp.resolve(name));
  }

  private void assertFetched(ModelSource source) throws IOException {
    try (CachedFolder fetched = cache().fetch(source, server.conf())) {
      for (SourceFile file : source.files()) {
        assertThat(fetched.path().resolve(file.path()))
            .hasSameBinaryContentAs(MODEL.resolve(file.path()));
      }
    }
  }

  /** In several ranges, by several threads. */
  private HostCache cache() throws IOException {
    return new HostCache(
        CacheFolder.secured(temp.resolve("cache")),
        0,
        new FetchEnvironment(Clock.systemUTC(), pauses::add, folder -> Long.MAX_VALUE, 4 << 20, 3));
  }
}
