package io.turnmill.job.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.hadoop.HadoopConf;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notes on a real HDFS of one node. */
class HdfsInFlightTest {
  @TempDir Path temp;

  @Test
  void theLatestWholeNoteStaysWhenItsWriterDies() throws IOException {
    Configuration conf = new Configuration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, temp.resolve("hdfs").toString());
    try (MiniDFSCluster cluster = new MiniDFSCluster.Builder(conf).numDataNodes(1).build()) {
      FileSystem hdfs = cluster.getFileSystem();
      JobAttempt job = new JobAttempt("00000000000000aa", 0);
      InFlightStore flights =
          new InFlightStore(hdfs.getUri() + "/flight", new HadoopConf(conf), job, 3);
      assertThat(flights.deaths(0).bySession()).isEmpty();

      InFlightLog log = flights.log(0, 1, false);
      log.note(List.of(1L, 2L));
      log.note(List.of(2L, 3L));
      // A writer that dies leaves a file that was never closed.
      org.apache.hadoop.fs.Path next =
          new org.apache.hadoop.fs.Path(
              "/flight/bucket-0/" + new TaskAttempt(job, 0, 1, false).name() + ".2");
      try (FSDataOutputStream open = hdfs.create(next)) {
        assertThat(flights.deaths(0).bySession()).isEqualTo(Map.of(2L, 1, 3L, 1));
      }

      InFlightLog other = flights.log(0, 2, false);
      other.note(List.of(3L));
      assertThat(flights.deaths(0).of(3L)).isEqualTo(2);
      other.end();
      assertThat(flights.deaths(0).of(3L)).isEqualTo(1);
    }
  }
}
