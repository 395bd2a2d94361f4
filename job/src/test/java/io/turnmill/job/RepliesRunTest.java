package io.turnmill.job;

import static io.turnmill.job.testing.JobForTests.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.holdenkarau.spark.testing.JavaDatasetSuiteBase;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.SparkForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the replies of a run depend on, and what not. */
class RepliesRunTest {
  @TempDir Path folder;
  private JobForTests job;

  @BeforeEach
  void place() {
    job = new JobForTests(folder.resolve("out"), FakeModelLoader::new);
  }

  @Test
  void repliesDoNotDependOnBucketsOrOrder() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      lines.add(session("s" + i, "Question number " + i));
    }
    Path archive = folder.resolve("in.jsonl");
    String[] settings = {
      "--input",
      archive.toString(),
      "--overwrite",
      "--set",
      "sampling.temperature=1.0",
      "--set",
      "sampling.seed=5",
      "--set",
      "output.buckets=2"
    };
    Files.writeString(archive, String.join("", lines));
    assertThat(job.run(settings)).isEqualTo(ExitCode.OK);
    Map<String, String> first = job.replies();
    Collections.reverse(lines);
    Files.writeString(archive, String.join("", lines));
    String[] others =
        Stream.concat(Stream.of(settings), Stream.of("--set", "output.buckets=3"))
            .toArray(String[]::new);
    assertThat(job.run(others)).isEqualTo(ExitCode.OK);
    assertThat(job.replies()).isEqualTo(first);
    others[6] = "sampling.seed=6";
    assertThat(job.run(others)).isEqualTo(ExitCode.OK);
    assertThat(job.replies()).isNotEqualTo(first);
  }

  @Test
  void severalRepliesToATurnDifferAndTheFirstIsThatOfARunForOne() throws IOException {
    Path archive =
        Files.writeString(
            folder.resolve("in.jsonl"),
            session("a", "I want to book a table for two in the city."));
    List<String> settings =
        List.of("--input", archive.toString(), "--overwrite", "--set=sampling.temperature=1.5");
    assertThat(job.run(settings.toArray(String[]::new))).isEqualTo(ExitCode.OK);
    String only = onlyReplies().get(0).getAs("content");
    List<String> three = new ArrayList<>(settings);
    three.addAll(List.of("--set=sampling.n=3", "--set=sampling.logprobs=2"));
    assertThat(job.run(three.toArray(String[]::new))).isEqualTo(ExitCode.OK);

    List<Row> replies = onlyReplies();
    assertThat(replies.stream().map(reply -> reply.<Integer>getAs("choice")))
        .containsExactly(0, 1, 2);
    assertThat(replies.get(0).<String>getAs("content")).isEqualTo(only);
    assertThat(replies.stream().map(reply -> reply.<String>getAs("content")).distinct()).hasSize(3);
    for (Row reply : replies) {
      List<Row> tokens = reply.getList(reply.fieldIndex("logprobs"));
      assertThat(tokens).hasSize(reply.<Integer>getAs("completion_tokens"));
      double sum = 0;
      for (Row token : tokens) {
        sum += token.<Float>getAs("logprob");
        List<Row> likeliest = token.getList(token.fieldIndex("alternatives"));
        assertThat(likeliest).hasSize(2);
        float best = likeliest.get(0).<Float>getAs("logprob");
        assertThat(best)
            .isGreaterThanOrEqualTo(likeliest.get(1).<Float>getAs("logprob"))
            .isGreaterThanOrEqualTo(token.<Float>getAs("logprob"));
      }
      assertThat(sum / tokens.size()).isCloseTo(reply.getAs("mean_logprob"), within(1e-6));
    }
  }

  /** Of the only session. */
  private List<Row> onlyReplies() {
    Row row = job.results().get(0);
    return row.getList(row.fieldIndex("replies"));
  }

  @Test
  void aRunInTwoFoldersGivesTheSameTables() throws IOException {
    String input = JobForTests.ROOT.resolve("samples/sessions/messages.csv").toString();
    String buckets = "--set=output.buckets=2";
    assertThat(job.run("--input", input, buckets)).isEqualTo(ExitCode.OK);
    Path first = Files.move(folder.resolve("out"), folder.resolve("first"));
    assertThat(job.run("--input", input, buckets, "--set=engine.max_num_seqs=3"))
        .isEqualTo(ExitCode.OK);

    JavaDatasetSuiteBase tables =
        new JavaDatasetSuiteBase() {
          @Override
          public SparkSession spark() {
            return SparkForTests.session();
          }
        };
    tables.assertDataFrameNoOrderEquals(answers(first), answers(folder.resolve("out")));
  }

  /** What does not depend on the engine's luck: how much it could take from its cache does. */
  private static Dataset<Row> answers(Path output) {
    return SparkForTests.session()
        .read()
        .parquet(output.resolve("results").toString())
        .selectExpr(
            "session_id",
            "status",
            "bucket",
            "messages",
            "transform(replies, r -> named_struct('turn', r.turn, 'content', r.content,"
                + " 'end', r.finish_reason, 'tokens', r.completion_tokens)) as replies");
  }
}
