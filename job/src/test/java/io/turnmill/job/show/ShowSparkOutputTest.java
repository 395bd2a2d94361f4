package io.turnmill.job.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.testing.SparkForTests;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files are those of Spark itself, not what we take them for. */
class ShowSparkOutputTest {
  private static SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = SparkForTests.session();
  }

  @Test
  void whatSparkWritesIsShown() throws Exception {
    Dataset<Row> rows =
        spark.sql(
            """
            SELECT concat('s-', id) AS session_id, cast(null AS string) AS tenant, 'ok' AS status,
              cast(null AS string) AS error_code, cast(null AS string) AS error_detail,
              array(named_struct('turn', 0, 'role', 'user', 'content', '你好',
                'timestamp', timestamp'2024-05-01 12:00:03', 'message_id', 'm1')) AS messages,
              array(named_struct('turn', 0, 'content', '您好！', 'finish_reason', 'length',
                'stop_reason', cast(null AS string), 'prompt_tokens', 12, 'cached_tokens', 0,
                'completion_tokens', 3, 'mean_logprob', -0.5D, 'confidence', 0.61D)) AS replies,
              map('channel', 'web') AS carried, 0 AS rejected_messages, 'f' AS model_fingerprint,
              cast(id % 2 AS int) AS bucket
            FROM range(4)
            """);
    rows.write()
        .partitionBy("bucket")
        .option("compression", "zstd")
        .parquet(folder.resolve("out/results").toString());

    assertThat(show(Optional.of("s-3")))
        .isEqualTo(
            """
            ━━ session s-3 · ok · bucket 1 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
                channel: web

              user · 2024-05-01 12:00:03
                你好

            ▶ model · length · 12 prompt tokens · 3 reply tokens · confidence 0.61
                您好！

            """);
    assertThat(show(Optional.empty())).contains("s-0", "s-1", "s-2", "s-3");
  }

  private String show(Optional<String> session) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Show.print(
        new ShowRequest(folder.resolve("out").toString(), 9, session, false, false),
        Terminal.plain(stream, stream),
        new Configuration());
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
