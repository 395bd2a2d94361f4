package io.turnmill.job.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.testing.S3ForTests;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file made by one of many on S3, where conditional requests decide. */
class S3AtomicCreateTest {
  @TempDir Path temp;

  @Test
  void oneOfManyWins() throws Exception {
    try (S3ForTests server = S3ForTests.start(temp);
        FileSystem files = open(server, true)) {
      AtomicCreates.oneOfManyWinsAndReadersSeeNoPart(
          files, new org.apache.hadoop.fs.Path(files.getUri() + "/ledger"), 20);
    }
  }

  @Test
  void withoutConditionalRequestsWhatIsThereStays() throws Exception {
    try (S3ForTests server = S3ForTests.start(temp);
        FileSystem files = open(server, false)) {
      org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(files.getUri() + "/entry");
      byte[] first = "first".getBytes(StandardCharsets.US_ASCII);
      assertThat(AtomicCreate.create(files, path, first)).isTrue();
      assertThat(AtomicCreate.create(files, path, new byte[100])).isFalse();
      assertThat(server.get("entry")).isEqualTo(first);
    }
  }

  private static FileSystem open(S3ForTests server, boolean conditional) throws Exception {
    Configuration conf = new Configuration();
    server.settings().forEach(conf::set);
    conf.setBoolean("fs.s3a.create.conditional.enabled", conditional);
    return FileSystem.newInstance(URI.create("s3a://" + S3ForTests.BUCKET + "/"), conf);
  }
}
