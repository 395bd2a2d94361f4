package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.testing.JobForTests;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job with a real model: how the work is split changes no reply. */
class PartitioningTest {
  @TempDir Path folder;

  @Test
  void sampledRepliesAreTheSameHoweverTheWorkIsSplit() {
    Map<String, String> whole = replies("whole", "local[1]", 1, 16);
    Map<String, String> split = replies("split", "local[3]", 7, 3);
    assertThat(whole.size()).isGreaterThan(50);
    assertThat(split).isEqualTo(whole);
  }

  /**
   * @param slots of the engine
   * @return replies by session
   */
  private Map<String, String> replies(String name, String master, int buckets, int slots) {
    JobForTests job = new JobForTests(folder.resolve(name), FolderModelLoader::new);
    assertThat(
            job.run(
                "--input=" + JobForTests.ROOT.resolve("samples/sessions/sessions.jsonl"),
                "--input=" + JobForTests.ROOT.resolve("samples/sessions/sharegpt.json"),
                "--set=spark.master=" + master,
                "--set=output.buckets=" + buckets,
                "--set=engine.max_num_seqs=" + slots,
                "--set=model.dtype=float32",
                "--set=sampling.temperature=0.8",
                "--set=sampling.seed=7",
                "--set=limits.max_rejected_share=1"))
        .as(job.err())
        .isEqualTo(ExitCode.OK);
    Map<String, String> replies = new TreeMap<>();
    for (Row row : job.results()) {
      List<Row> ofSession = row.getList(row.fieldIndex("replies"));
      Row reply = ofSession.get(0);
      replies.put(
          row.getAs("session_id"),
          reply.getAs("finish_reason") + " " + reply.<String>getAs("content"));
    }
    return replies;
  }
}
