package io.turnmill.job.write;

import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file made by one of many on a real HDFS of one node. */
class HdfsAtomicCreateTest {
  @TempDir Path temp;

  @Test
  void oneOfManyWins() throws Exception {
    Configuration conf = new Configuration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, temp.resolve("hdfs").toString());
    try (MiniDFSCluster cluster = new MiniDFSCluster.Builder(conf).numDataNodes(1).build()) {
      AtomicCreates.oneOfManyWinsAndReadersSeeNoPart(
          cluster.getFileSystem(), new org.apache.hadoop.fs.Path("/ledger"), 20);
    }
  }
}
