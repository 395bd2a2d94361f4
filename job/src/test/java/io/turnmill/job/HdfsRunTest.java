package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.CommandForTests;
import io.turnmill.job.testing.SparkForTests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real HDFS of one node: the archive comes from there, and the results go there. */
class HdfsRunTest {
  private static final Path SAMPLES = Path.of("../samples").toAbsolutePath().normalize();

  @TempDir Path temp;

  @Test
  void aRunFromHdfsToHdfsLeavesResultsAndManifestAndNothingElse() throws IOException {
    Configuration conf = new Configuration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, temp.resolve("hdfs").toString());
    try (MiniDFSCluster cluster = new MiniDFSCluster.Builder(conf).numDataNodes(1).build()) {
      FileSystem hdfs = cluster.getFileSystem();
      hdfs.mkdirs(path("/archive"));
      hdfs.copyFromLocalFile(
          path(SAMPLES + "/sessions/sessions.jsonl"), path("/archive/a b%20#[1].jsonl"));
      JsonNode manifest = run(hdfs, "/out");
      assertThat(manifest.path("state").asText()).isEqualTo("complete");
      Set<String> sessions = new TreeSet<>();
      for (Row row :
          SparkForTests.any().read().parquet(hdfs.getUri() + "/out/results").collectAsList()) {
        assertThat(sessions.add(row.getAs("session_id"))).isTrue();
      }
      assertThat(sessions).hasSize(manifest.at("/books/ok").asInt()).isNotEmpty();
      assertThat(names(hdfs, "/out")).containsExactlyInAnyOrder("_turnmill", "rejected", "results");

      assertThat(manifest.at("/books/cached_replies").asInt()).isZero();
      JsonNode again = run(hdfs, "/again");
      assertThat(again.at("/books/cached_replies")).isEqualTo(manifest.at("/books/ok"));
      assertThat(again.at("/books/computed_tokens").asInt()).isZero();
      colonsAreRefusedInASentence(hdfs);
    }
  }

  private static void colonsAreRefusedInASentence(FileSystem hdfs) {
    CommandForTests turnmill = new CommandForTests();
    for (String path : new String[] {"/archive/10:00.jsonl", "/out:1"}) {
      boolean isInput = path.endsWith(".jsonl");
      ExitCode code =
          turnmill.run(
              "run",
              "--model=" + SAMPLES.resolve("models/chat-mini"),
              "--input=" + hdfs.getUri() + (isInput ? path : "/archive"),
              "--output=" + hdfs.getUri() + (isInput ? "/none" : path));
      assertThat(code).as(turnmill.err()).isEqualTo(ExitCode.SETUP);
      assertThat(turnmill.err()).contains(path).doesNotContain("\tat ");
    }
  }

  /** Runs with a cache, and gives the manifest. */
  private static JsonNode run(FileSystem hdfs, String output) throws IOException {
    CommandForTests turnmill = new CommandForTests();
    ExitCode code =
        turnmill.run(
            "run",
            "--model=" + SAMPLES.resolve("models/chat-mini"),
            "--input=" + hdfs.getUri() + "/archive/*.jsonl",
            "--output=" + hdfs.getUri() + output,
            "--set=cache.path=" + hdfs.getUri() + "/cache",
            "--set=spark.master=local[2]",
            "--set=spark.sql.shuffle.partitions=2",
            "--set=output.buckets=2",
            "--set=limits.max_rejected_share=1",
            "--set=sampling.max_tokens=20");
    assertThat(code).as(turnmill.err()).isEqualTo(ExitCode.OK);
    try (InputStream in = hdfs.open(path(output + "/_turnmill/run.json"))) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static Set<String> names(FileSystem hdfs, String folder) throws IOException {
    FileStatus[] entries = hdfs.listStatus(path(folder));
    return Arrays.stream(entries).map(e -> e.getPath().getName()).collect(Collectors.toSet());
  }

  private static org.apache.hadoop.fs.Path path(String path) {
    return new org.apache.hadoop.fs.Path(path);
  }
}
