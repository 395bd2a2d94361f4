package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.torch.EncoderGolden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layout {@code turn} holds what the layout {@code session} holds, one answer in each row. */
class OutputLayoutRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TURN = "--set=output.layout=turn";

  @TempDir Path folder;

  /** A line of an archive: a user's and an assistant's messages by turns. */
  private static String session(String id, String... texts) throws IOException {
    List<Map<String, String>> messages = new ArrayList<>();
    for (int turn = 0; turn < texts.length; turn++) {
      String role = turn % 2 == 0 ? "user" : "assistant";
      messages.add(Map.of("role", role, "content", texts[turn]));
    }
    return JSON.writeValueAsString(
            Map.of("session_id", id, "messages", messages, "topic", "topic of " + id))
        + "\n";
  }

  private Path archive(String... lines) throws IOException {
    return Files.writeString(folder.resolve("in.jsonl"), String.join("", lines));
  }

  private JobForTests run(JobForTests job, Path archive, String... settings) {
    List<String> all = new ArrayList<>(List.of("--input", archive.toString()));
    all.addAll(List.of("--set=output.buckets=2", "--set=input.carry=[topic]"));
    all.addAll(List.of(settings));
    assertThat(job.run(all.toArray(String[]::new))).as(job.err()).isEqualTo(ExitCode.OK);
    return job;
  }

  private static List<Row> of(JobForTests job, String session) {
    return job.results().stream()
        .filter(row -> row.<String>getAs("session_id").equals(session))
        .toList();
  }

  private static List<Object> values(Row row, String... columns) {
    return Arrays.stream(columns).map(name -> row.<Object>getAs(name)).toList();
  }

  @Test
  void eachReplyAndEachTurnWithoutOneHasARow() throws IOException {
    Path archive =
        archive(
            session("a", "Good morning.", "How can I help?", "Open an account for me, please."),
            session("b", "Hello.", "Yes?", "Thanks.", "I see.", "word ".repeat(3000)),
            session("c", FakeModelLoader.POISON));
    String[] replay = {"--set=task.kind=replay", "--set=limits.max_failed_share=1"};
    JobForTests whole =
        run(new JobForTests(folder.resolve("whole"), FakeModelLoader::new), archive, replay);
    JobForTests job =
        run(
            new JobForTests(folder.resolve("turns"), FakeModelLoader::new),
            archive,
            replay[0],
            replay[1],
            TURN);

    assertThat(of(job, "a"))
        .extracting(row -> values(row, "status", "turn", "role", "content"))
        .containsExactly(
            List.of("ok", 0, "user", "Good morning."),
            List.of("ok", 2, "user", "Open an account for me, please."));
    assertThat(of(job, "a").get(0).<String, String>getJavaMap(columns(job).indexOf("carried")))
        .containsEntry("topic", "topic of a");
    Row session = of(whole, "a").get(0);
    List<Row> replies = session.getList(session.fieldIndex("replies"));
    assertThat(of(job, "a"))
        .extracting(row -> values(row, "reply", "finish_reason", "prompt_tokens", "mean_logprob"))
        .isEqualTo(
            replies.stream()
                .map(
                    row -> values(row, "content", "finish_reason", "prompt_tokens", "mean_logprob"))
                .toList());
    assertThat(of(job, "b"))
        .extracting(
            row -> Arrays.asList(row.getAs("status"), row.getAs("turn"), row.getAs("error_code")))
        .containsExactly(
            Arrays.asList("ok", 0, null),
            Arrays.asList("ok", 2, null),
            Arrays.asList("failed", 4, "prompt_too_long"));
    Row failed = of(job, "c").get(0);
    assertThat(of(job, "c")).hasSize(1);
    assertThat(failed.<String>getAs("error_code")).isEqualTo("non_finite_logits");
    assertThat(failed.<Integer>getAs("turn")).isNull();
    assertThat(failed.<String>getAs("reply")).isNull();
    assertThat(columns(job)).doesNotContain("messages", "replies", "unanswered");
    assertThat(job.manifest().path("books").toString())
        .as("counts are of sessions, whatever the layout is")
        .isEqualTo(whole.manifest().path("books").toString());

    assertThat(job.command("show", folder.resolve("turns").toString())).isEqualTo(ExitCode.OK);
    assertThat(job.out())
        .contains("━━ session a · ok", "━━ session b · ok", "━━ session c · failed")
        .contains("Open an account for me, please.", "▶ no reply", "prompt_too_long")
        .contains("topic: topic of a");
    assertThat(job.out().lines().filter(line -> line.startsWith("▶ model"))).hasSize(4);
    assertThat(job.command("show", folder.resolve("turns").toString(), "--session", "a", "-n", "1"))
        .isEqualTo(ExitCode.OK);
    assertThat(job.out()).contains("Good morning.").doesNotContain("session b");
  }

  private static List<String> columns(JobForTests job) {
    return List.of(job.results().get(0).schema().fieldNames());
  }

  @Test
  void severalRepliesToATurnHaveARowEach() throws IOException {
    Path archive = archive(session("a", "Good morning."));
    JobForTests job =
        run(
            new JobForTests(folder.resolve("out"), FakeModelLoader::new),
            archive,
            TURN,
            "--set=sampling.n=3",
            "--set=sampling.temperature=1");
    assertThat(of(job, "a"))
        .extracting(row -> row.<Integer>getAs("choice"))
        .containsExactly(0, 1, 2);
    assertThat(of(job, "a")).extracting(row -> row.<Integer>getAs("turn")).containsOnly(0);
  }

  @Test
  void theOtherTasksHaveTheirAnswersAsColumns() throws IOException {
    Path archive =
        archive(session("a", "one two three", "four five", "six"), session("b", "seven eight"));
    JobForTests vectors = encoder("vectors", "distilbert-mean");
    run(vectors, archive, "--set=task.kind=embed", "--set=embed.each=turn", TURN);
    assertThat(vectors.results())
        .extracting(row -> values(row, "session_id", "turn", "role", "content", "chunks"))
        .containsExactlyInAnyOrder(
            List.of("a", 0, "user", "one two three", 1),
            List.of("a", 1, "assistant", "four five", 1),
            List.of("a", 2, "user", "six", 1),
            List.of("b", 0, "user", "seven eight", 1));
    assertThat(vectors.manifest().path("books").path("embeddings").asInt()).isEqualTo(4);
    assertThat(vectors.manifest().path("books").path("ok").asInt()).isEqualTo(2);
    assertThat(shown(vectors, "vectors")).contains("▶ vector of");

    JobForTests whole = encoder("whole", "distilbert-mean");
    run(whole, archive, "--set=task.kind=embed", "--set=embed.dtype=int8", TURN);
    assertThat(whole.results())
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.<Integer>getAs("turn")).isNull())
        .allSatisfy(row -> assertThat(row.<String>getAs("content")).isNull())
        .allSatisfy(
            row ->
                assertThat(row.<Byte>getList(row.fieldIndex("vector")))
                    .contains((byte) 127)
                    .doesNotContainNull()
                    .hasSizeGreaterThan(10));
    assertThat(shown(whole, "whole")).contains("▶ vector of");

    JobForTests labels = encoder("labels", "bert-classifier");
    run(labels, archive, "--set=task.kind=classify", "--set=classify.each=user_turn", TURN);
    assertThat(labels.results())
        .extracting(row -> values(row, "session_id", "turn"))
        .containsExactlyInAnyOrder(List.of("a", 0), List.of("a", 2), List.of("b", 0));
    assertThat(labels.results())
        .allSatisfy(row -> assertThat(row.<String>getAs("label")).isNotNull())
        .allSatisfy(row -> assertThat(row.getList(row.fieldIndex("scores"))).isNotEmpty());
    assertThat(shown(labels, "labels")).contains(labels.results().get(0).<String>getAs("label"));
  }

  private JobForTests encoder(String output, String golden) {
    String model = EncoderGolden.named(golden).model().path().toString();
    return new JobForTests(folder.resolve(output), model, FolderModelLoader::new);
  }

  private String shown(JobForTests job, String output) {
    assertThat(job.command("show", folder.resolve(output).toString())).isEqualTo(ExitCode.OK);
    return job.out();
  }

  @Test
  void anotherLayoutIsAnotherRun() throws IOException {
    Path archive = archive(session("a", "Good morning."));
    JobForTests job = new JobForTests(folder.resolve("out"), FakeModelLoader::new);
    String input = "--input=" + archive;
    assertThat(job.run(input, TURN)).as(job.err()).isEqualTo(ExitCode.OK);

    assertThat(job.run(input)).isEqualTo(ExitCode.SETUP);
    assertThat(job.err()).contains("changed: output.layout");
  }
}
