package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.testing.JobForTests;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped example of variants, with its real model. */
class VariantsModelRunTest {
  @TempDir Path folder;

  private JobForTests run(String output, String... more) {
    JobForTests job = new JobForTests(folder.resolve(output), FolderModelLoader::new);
    String[] arguments = new String[more.length + 3];
    arguments[0] = "--input=" + JobForTests.ROOT.resolve("samples/sessions/sharegpt.json");
    arguments[1] = "--set=model.dtype=float32";
    arguments[2] = "--set=output.buckets=2";
    System.arraycopy(more, 0, arguments, 3, more.length);
    assertThat(job.run(arguments)).as(job.err()).isEqualTo(ExitCode.OK);
    return job;
  }

  @Test
  void greedyAndSampledRepliesStandSideBySideOnOneEngine() {
    String conf = JobForTests.ROOT.resolve("conf/variants.conf").toString();
    JobForTests job = run("out", "--config", conf);

    Map<String, Map<String, String>> replies = new TreeMap<>();
    for (Row row : job.results()) {
      Row reply = (Row) row.getList(row.fieldIndex("replies")).get(0);
      replies
          .computeIfAbsent(row.getAs("variant"), any -> new TreeMap<>())
          .put(row.getAs("session_id"), reply.getAs("content"));
    }
    assertThat(replies).containsOnlyKeys("free", "greedy");
    assertThat(replies.get("greedy")).isEqualTo(run("greedy").replies());
    assertThat(replies.get("free"))
        .hasSameSizeAs(replies.get("greedy"))
        .isNotEqualTo(replies.get("greedy"));

    JsonNode manifest = job.manifest();
    assertThat(manifest.path("engine").path("engines").asInt()).isOne();
    JsonNode free = manifest.path("variants").get(0);
    JsonNode greedy = manifest.path("variants").get(1);
    assertThat(greedy.path("mean_confidence").asDouble())
        .isGreaterThan(free.path("mean_confidence").asDouble());
    assertThat(greedy.path("perplexity").asDouble())
        .isBetween(1.0, free.path("perplexity").asDouble());
    assertThat(free.path("tokens_per_second").asDouble()).isPositive();
    JsonNode pair = manifest.path("comparison").get(0);
    assertThat(pair.path("compared").asInt()).isEqualTo(replies.get("free").size());
    assertThat(pair.path("equal_share").asDouble()).isBetween(0.0, 0.99);

    assertThat(job.command("show", folder.resolve("out").toString(), "--variants", "--width=120"))
        .isEqualTo(ExitCode.OK);
    assertThat(job.out()).contains("▶ free").contains("▶ greedy");
    assertThat(job.command("compare", folder.resolve("out").toString())).isEqualTo(ExitCode.OK);
    assertThat(job.out()).contains("free → greedy").contains("tokens/s");
  }
}
