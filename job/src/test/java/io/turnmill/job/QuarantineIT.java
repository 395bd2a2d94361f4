package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.ForkedJob;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.SessionsForTests;
import io.turnmill.job.testing.TaskForTests;
import io.turnmill.session.KeyHash;
import io.turnmill.session.SessionKey;
import io.turnmill.task.TaskKind;
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
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions that end the process in which they run: real processes, and real ends. */
class QuarantineIT {
  private static final int SESSIONS = 40;
  private static final int BUCKETS = 2;

  private static final TaskForTests REPLY = TaskForTests.of(TaskKind.REPLY).get(0);

  @TempDir Path folder;

  private static boolean isInBucketOf(String one, String other) {
    return bucket(one) == bucket(other);
  }

  private static int bucket(String sessionId) {
    return KeyHash.bucket(new SessionKey(Optional.empty(), sessionId), BUCKETS);
  }

  /** Ends with an answer, so that there is something to score after the last turn by the user. */
  private static JsonNode answered(JsonNode session) {
    ((ArrayNode) session.get("messages"))
        .addObject()
        .put("role", "assistant")
        .put("content", "Answer.");
    return session;
  }

  /** Options of a run over an archive in which some sessions are deadly. */
  private String[] options(TaskForTests task, Set<String> deadly) throws IOException {
    Path input = folder.resolve("in.jsonl");
    Files.writeString(
        input,
        SessionsForTests.made(
                SESSIONS, i -> deadly.contains("s" + i) ? DeadlyModelLoader.DEADLY : "")
            .stream()
            .map(QuarantineIT::answered)
            .map(session -> session + "\n")
            .collect(Collectors.joining()));
    List<String> options = new ArrayList<>(task.settings());
    options.addAll(List.of("--input", input.toString(), "--set=output.buckets=" + BUCKETS));
    options.add("--set=spark.sql.shuffle.partitions=2");
    options.add("--set=limits.max_failed_share=0.1");
    options.add("--set=limits.max_rejected_share=1");
    options.add("--set=engine.enable_prefix_caching=false");
    return options.toArray(String[]::new);
  }

  private JobForTests job(String output, TaskForTests task) {
    return new JobForTests(folder.resolve(output), task.model(), FakeModelLoader::new);
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
    String printed = assertFoundOnACluster(REPLY, Set.of("s7", other));
    assertThat(printed).contains("spark.speculation is switched off");
  }

  static Stream<TaskForTests> others() {
    return TaskForTests.all().stream().filter(task -> !task.hasStone());
  }

  @ParameterizedTest
  @MethodSource("others")
  @Tag("slow")
  void soTheyDoWhateverIsAskedFor(TaskForTests task) throws Exception {
    assertFoundOnACluster(task, Set.of("s7"));
  }

  /** Runs on one process for two tasks: what runs beside a deadly session dies with it. */
  private String assertFoundOnACluster(TaskForTests task, Set<String> deadly) throws Exception {
    String[] options = options(task, deadly);
    List<String> command = job("out", task).commandLine(options);
    command.addAll(ForkedJob.localCluster(1, 2));
    command.addAll(List.of("--set", "spark.speculation=true"));
    ForkedJob forked = new ForkedJob(folder);
    int code = forked.run(DeadlyModelLoader.class, command);
    assertThat(code).as(forked.printed()).isZero();
    assertFoundAndNobodyElse(task, deadly, 3, options);
    return forked.printed();
  }

  @Test
  @Tag("slow")
  void inLocalModeTheCommandIsGivenAgainUntilTheyAreFound() throws Exception {
    String[] options = options(REPLY, Set.of("s7"));
    List<String> command = job("out", REPLY).commandLine(options);
    command.addAll(List.of("--set", "spark.master=local[2]"));
    command.addAll(List.of("--set", "limits.max_executor_deaths=2"));
    ForkedJob forked = new ForkedJob(folder);
    for (int deaths = 0; deaths < 2; deaths++) {
      int code = forked.run(DeadlyModelLoader.class, command);
      assertThat(code).as(forked.printed()).isEqualTo(DeadlyModelLoader.KILLED);
    }
    assertThat(forked.run(DeadlyModelLoader.class, command)).as(forked.printed()).isZero();
    assertFoundAndNobodyElse(REPLY, Set.of("s7"), 2, options);
  }

  private void assertFoundAndNobodyElse(
      TaskForTests task, Set<String> deadly, int deaths, String... options) {
    JobForTests job = job("out", task);
    List<Row> results = job.results();
    Map<String, String> failed =
        results.stream()
            .filter(row -> !row.getAs("status").equals("ok"))
            .collect(Collectors.toMap(row -> row.getAs("session_id"), QuarantineIT::error));
    assertThat(failed).containsOnlyKeys(deadly);
    assertThat(failed.values())
        .containsOnly("failed|executor_died|in flight at " + deaths + " deaths of its executor");
    JsonNode books = job.manifest().path("books");
    assertThat(books.at("/failed_by_code/executor_died").asInt()).isEqualTo(deadly.size());
    assertThat(folder.resolve("out/_turnmill/work")).doesNotExist();

    JobForTests undisturbed = job("undisturbed", task);
    assertThat(undisturbed.run(options)).as(undisturbed.err()).isEqualTo(ExitCode.OK);
    assertThat(books.path("ok").asInt())
        .isEqualTo(undisturbed.manifest().at("/books/ok").asInt() - deadly.size());
    assertThat(withoutThem(results, deadly))
        .isEqualTo(withoutThem(undisturbed.results(), deadly))
        .isNotEmpty();
    assertThat(books.path("sessions")).isEqualTo(undisturbed.manifest().at("/books/sessions"));
  }

  /** Every column of the rows of all other sessions. */
  private static List<String> withoutThem(List<Row> results, Set<String> deadly) {
    return results.stream()
        .filter(row -> !deadly.contains(row.<String>getAs("session_id")))
        .map(Row::json)
        .sorted()
        .toList();
  }

  private static String error(Row row) {
    return row.getAs("status") + "|" + row.getAs("error_code") + "|" + row.getAs("error_detail");
  }
}
