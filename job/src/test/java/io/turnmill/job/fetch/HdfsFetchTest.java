package io.turnmill.job.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real HDFS of one node. */
class HdfsFetchTest {
  private static final Path MODEL = Path.of("../samples/models/chat-mini");

  @TempDir Path temp;

  @Test
  void aModelComesOutOfHdfsAsItWentIn() throws IOException {
    Configuration conf = new Configuration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, temp.resolve("hdfs").toString());
    try (MiniDFSCluster cluster = new MiniDFSCluster.Builder(conf).numDataNodes(1).build()) {
      FileSystem hdfs = cluster.getFileSystem();
      hdfs.mkdirs(new org.apache.hadoop.fs.Path("/models"));
      hdfs.copyFromLocalFile(
          new org.apache.hadoop.fs.Path(MODEL.toAbsolutePath().normalize().toString()),
          new org.apache.hadoop.fs.Path("/models"));
      ModelSource source = ModelSource.list(hdfs.getUri() + "/models/chat-mini", conf);
      String fingerprint = ModelFolder.open(MODEL).fingerprint();

      Path outline = Files.createDirectory(temp.resolve("outline"));
      SparseModelFolder.write(source, conf, outline);
      assertThat(ModelFolder.open(outline).fingerprint()).isEqualTo(fingerprint);

      HostCache cache = HostCache.open(temp.resolve("cache").toString(), 0);
      try (CachedFolder fetched = cache.fetch(source, conf)) {
        assertThat(ModelFolder.open(fetched.path()).fingerprint()).isEqualTo(fingerprint);
        assertThat(fetched.path().resolve("model.safetensors"))
            .hasSameBinaryContentAs(MODEL.resolve("model.safetensors"));
      }
    }
  }
}
