package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.ForkedJob;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.session.KeyHash;
import io.turnmill.session.SessionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that end the process in which they run: real processes, and real ends. */
class QuarantineIT {
  private static final int SESSIONS = 40;
  private static final int BUCKETS = 2;

  @TempDir Path folder;

  private static boolean isInBucketOf(String one, String other) {
    return bucket(one) == bucket(other);
  }

  private static int bucket(String sessionId) {
    return KeyHash.bucket(new SessionKey(Optional.empty(), sessionId), BUCKETS);
  }

  private List<String> arguments(Set<String> deadly) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < SESSIONS; i++) {
      String text = deadly.contains("s" + i) ? DeadlyModelLoader.DEADLY : "of a table";
      lines.append(JobForTests.session("s" + i, "A question " + text + " for " + i));
    }
    Path input = Files.writeString(folder.resolve("in.jsonl"), lines);
    return List.of(
        "--input",
        input.toString(),
        "--set",
        "output.buckets=" + BUCKETS,
        "--set",
        "spark.sql.shuffle.partitions=2");
  }

  private List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("run", "--progress=none"));
    command.addAll(List.of("--model", JobForTests.MODEL));
    command.addAll(List.of("--output", folder.resolve("out").toString()));
    command.addAll(List.of("--set", "sampling.max_tokens=12"));
    command.addAll(List.of("--set", "limits.max_failed_share=0.1"));
    command.addAll(arguments);
    return command;
  }

  @Test
  void theyFailWithACodeAndAllOthersAreAnsweredAsIfTheyWereNotThere() throws Exception {
    // Two in one bucket: more deaths than Spark allows to a task.
    String other =
        IntStream.range(8, SESSIONS)
            .mapToObj(i -> "s" + i)
            .filter(id -> isInBucketOf(id, "s7"))
            .findFirst()
            .get();
    List<String> arguments = arguments(Set.of("s7", other));
    List<String> onCluster = new ArrayList<>(arguments);
    // One process for two tasks: what runs beside a deadly session dies with it.
    onCluster.addAll(ForkedJob.localCluster(1, 2));
    onCluster.addAll(List.of("--set", "spark.speculation=true"));
    ForkedJob forked = new ForkedJob(folder);
    int code = forked.run(DeadlyModelLoader.class, command(onCluster));
    assertThat(code).as(forked.printed()).isZero();
    assertThat(forked.printed()).contains("spark.speculation is switched off");
    assertFoundAndNobodyElse(Set.of("s7", other), 3, arguments);
  }

  @Test
  void inLocalModeTheCommandIsGivenAgainUntilTheyAreFound() throws Exception {
    List<String> arguments = arguments(Set.of("s7"));
    List<String> locally = new ArrayList<>(arguments);
    locally.addAll(List.of("--set", "spark.master=local[2]"));
    locally.addAll(List.of("--set", "limits.max_executor_deaths=2"));
    ForkedJob forked = new ForkedJob(folder);
    for (int deaths = 0; deaths < 2; deaths++) {
      int code = forked.run(DeadlyModelLoader.class, command(locally));
      assertThat(code).as(forked.printed()).isEqualTo(DeadlyModelLoader.KILLED);
    }
    assertThat(forked.run(DeadlyModelLoader.class, command(locally))).as(forked.printed()).isZero();
    assertFoundAndNobodyElse(Set.of("s7"), 2, arguments);
  }

  private void assertFoundAndNobodyElse(Set<String> deadly, int deaths, List<String> arguments) {
    JobForTests job = new JobForTests(folder.resolve("out"), FakeModelLoader::new);
    Map<String, String> failed =
        job.results().stream()
            .filter(row -> !row.getAs("status").equals("ok"))
            .collect(Collectors.toMap(row -> row.getAs("session_id"), QuarantineIT::error));
    assertThat(failed).containsOnlyKeys(deadly);
    assertThat(failed.values())
        .containsOnly("failed|executor_died|in flight at " + deaths + " deaths of its executor");
    Map<String, String> answers = job.answers();
    answers.keySet().removeAll(deadly);
    assertThat(answers).hasSize(SESSIONS - deadly.size());
    assertThat(job.manifest().at("/books/failed_by_code/executor_died").asInt())
        .isEqualTo(deadly.size());
    assertThat(job.manifest().at("/books/ok").asInt()).isEqualTo(answers.size());
    assertThat(folder.resolve("out/_turnmill/work")).doesNotExist();

    JobForTests undisturbed = new JobForTests(folder.resolve("undisturbed"), FakeModelLoader::new);
    assertThat(undisturbed.run(arguments.toArray(String[]::new))).isEqualTo(ExitCode.OK);
    Map<String, String> expected = undisturbed.answers();
    expected.keySet().removeAll(deadly);
    assertThat(answers).isEqualTo(expected);
  }

  private static String error(Row row) {
    return row.getAs("status") + "|" + row.getAs("error_code") + "|" + row.getAs("error_detail");
  }
}
