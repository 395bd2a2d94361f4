package io.turnmill.job.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.testing.S3ForTests;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock of an output folder on S3, where nothing is renamed. */
class S3RunLockTest {
  private static final RunLock.Times FAST =
      new RunLock.Times(Duration.ofMillis(50), Duration.ofMillis(400), Duration.ofMillis(10));

  @TempDir java.nio.file.Path temp;

  @Test
  void oneRunHasItAndADeadOneIsBroken() throws Exception {
    Configuration conf = new Configuration();
    try (S3ForTests server = S3ForTests.start(temp)) {
      server.settings().forEach(conf::set);
      URI bucket = URI.create("s3a://" + S3ForTests.BUCKET + "/");
      try (FileSystem files = FileSystem.newInstance(bucket, conf)) {
        try (RunLock first = take(files)) {
          assertThatThrownBy(() -> take(files))
              .isInstanceOf(SetupException.class)
              .hasMessageContaining("another run is writing there");
          first.check();
        }
        assertThat(server.keys("out/")).noneMatch(key -> key.endsWith(".json"));

        try (OutputStream out = files.create(new Path(folder(files), "lock.json"))) {
          out.write("{\"token\":\"t\",\"place\":\"another\"}".getBytes(StandardCharsets.UTF_8));
        }
        try (RunLock second = take(files)) {
          second.check();
          assertThat(server.keys("out/")).contains("out/_turnmill/lock-2.json");
          assertThat(server.keys("out/")).doesNotContain("out/_turnmill/lock.json");
        }
        take(files).close();
      }
    }
  }

  private static RunLock take(FileSystem files) throws IOException {
    return RunLock.take(files, folder(files), FAST, Retry.never(), note -> {});
  }

  private static Path folder(FileSystem files) {
    return new Path(files.getUri() + "/out/_turnmill");
  }
}
