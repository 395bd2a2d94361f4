package io.turnmill.job.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.testing.S3ForTests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notes on S3, where a file is there when it is closed and nothing is renamed. */
class S3InFlightTest {
  @TempDir Path temp;

  @Test
  void theLatestNoteStaysWhenItsWriterDies() throws IOException {
    try (S3ForTests server = S3ForTests.start(temp)) {
      Configuration conf = new Configuration();
      server.settings().forEach(conf::set);
      // Another test's server, which is gone, had the same bucket.
      conf.setBoolean("fs.s3a.impl.disable.cache", true);
      InFlightStore flights =
          new InFlightStore(
              "s3a://" + S3ForTests.BUCKET + "/flight",
              new HadoopConf(conf),
              new JobAttempt("00000000000000aa", 0),
              3);
      assertThat(flights.deaths(0).bySession()).isEmpty();

      InFlightLog log = flights.log(0, 1, false);
      log.note(List.of(1L, 2L));
      log.note(List.of(2L, 3L));
      assertThat(server.keys("flight/"))
          .containsExactly("flight/bucket-0/00000000000000aa-r0-p0-t1-c.1");
      assertThat(flights.deaths(0).bySession()).isEqualTo(Map.of(2L, 1, 3L, 1));
      log.end();
      assertThat(server.keys("flight/")).noneMatch(key -> key.contains("-t1-"));
      assertThat(flights.deaths(0).bySession()).isEmpty();
    }
  }
}
