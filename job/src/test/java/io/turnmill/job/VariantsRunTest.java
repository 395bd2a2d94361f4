package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.SessionsForTests;
import io.turnmill.session.KeyHash;
import io.turnmill.session.SessionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs with several variants: each is asked as if it were alone. */
class VariantsRunTest {
  private static final int SESSIONS = 40;
  private static final String PLAIN = "--set=variants.plain={}";
  private static final String BOLD = "--set=variants.bold.sampling.temperature=1.5";

  /** Of the runs that several tests look at. */
  @TempDir static Path shared;

  private static Path archive;
  private static JobForTests both;
  private static String whatBothSaid;
  private static JobForTests none;

  @TempDir Path folder;

  @BeforeAll
  static void runOnce() throws IOException {
    String lines =
        SessionsForTests.made(SESSIONS).stream()
            .map(session -> session + "\n")
            .collect(Collectors.joining());
    archive = Files.writeString(shared.resolve("in.jsonl"), lines + "{broken\n");
    both = run(shared.resolve("both"), PLAIN, BOLD);
    whatBothSaid = both.out();
    none = run(shared.resolve("none"));
  }

  private JobForTests run(String output, String... more) {
    return run(folder.resolve(output), more);
  }

  private static JobForTests run(Path output, String... more) {
    JobForTests job = new JobForTests(output, FakeModelLoader::new);
    assertThat(run(job, more)).as(job.err()).isEqualTo(ExitCode.OK);
    return job;
  }

  private static ExitCode run(JobForTests job, String... more) {
    return job.run(
        Stream.concat(
                Stream.of("--input", archive.toString(), "--set=output.buckets=3"), Stream.of(more))
            .toArray(String[]::new));
  }

  /** The text of the reply to each session, by variant. */
  private static Map<String, Map<String, String>> replies(JobForTests job) {
    Map<String, Map<String, String>> replies = new TreeMap<>();
    for (Row row : job.results()) {
      Row first = (Row) row.getList(row.fieldIndex("replies")).get(0);
      String before =
          replies
              .computeIfAbsent(row.getAs("variant"), any -> new TreeMap<>())
              .put(row.getAs("session_id"), first.getAs("content"));
      assertThat(before).as("a second reply to a session").isNull();
    }
    return replies;
  }

  @Test
  void everyVariantAnswersEverySessionAsInARunOfItsOwn() {
    Map<String, Map<String, String>> replies = replies(both);
    assertThat(replies).containsOnlyKeys("bold", "plain");
    assertThat(replies.get("plain")).hasSize(SESSIONS).isEqualTo(none.replies());
    assertThat(replies.get("bold"))
        .isEqualTo(run("bold", "--set=sampling.temperature=1.5").replies())
        .isNotEqualTo(replies.get("plain"));
    assertThat(both.results().get(0).schema().fieldNames())
        .startsWith("session_id", "tenant", "variant");
    assertThat(both.sizes()).hasSize(6);
    assertThat(both.rejected()).hasSize(1);
  }

  @Test
  void theBooksCountASessionForEachVariantAndTheManifestEachVariant() {
    JsonNode manifest = both.manifest();
    JsonNode books = manifest.path("books");
    assertThat(books.path("sessions").asInt()).isEqualTo(2 * SESSIONS);
    assertThat(books.path("ok").asInt()).isEqualTo(2 * SESSIONS);
    assertThat(books.path("rejected_other").asInt()).isOne();
    assertThat(books.path("buckets").asInt()).isEqualTo(6);
    assertThat(manifest.has("model")).isFalse();
    JsonNode bold = manifest.path("variants").get(0);
    assertThat(bold.path("name").asText()).isEqualTo("bold");
    assertThat(bold.path("settings").path("sampling.temperature").asDouble()).isEqualTo(1.5);
    assertThat(bold.path("model").path("fingerprint").asText()).hasSize(64);
    assertThat(bold.path("ok").asInt()).isEqualTo(SESSIONS);
    assertThat(bold.path("answers").asInt()).isEqualTo(SESSIONS);
    assertThat(manifest.path("variants").get(1).path("settings")).isEmpty();
    JsonNode pair = manifest.path("comparison").get(0);
    assertThat(pair.path("variants").toString()).isEqualTo("[\"bold\",\"plain\"]");
    assertThat(pair.path("compared").asInt()).isEqualTo(SESSIONS);
    assertThat(whatBothSaid).contains("Variants").contains("bold → plain").contains("tokens/s");
    assertThat(both.command("compare", shared.resolve("both/results").toString()))
        .isEqualTo(ExitCode.OK);
    assertThat(both.out()).contains("bold → plain");
  }

  @Test
  void aSessionThatIsRejectedForAVariantIsRejectedUnderItsName() throws IOException {
    Path own = folder.resolve("own.jsonl");
    Files.writeString(
        own,
        JobForTests.session("short", "Hello?")
            + JobForTests.session("long", "word ".repeat(3000))
            + "{broken\n");
    JobForTests job = new JobForTests(folder.resolve("rejected"), FakeModelLoader::new);
    assertThat(job.run("--input=" + own, PLAIN, BOLD, "--set=limits.max_rejected_share=1"))
        .isEqualTo(ExitCode.OK);
    assertThat(job.rejected())
        .extracting(row -> row.getAs("session_id") + " " + row.getAs("variant"))
        .containsExactlyInAnyOrder("long bold", "long plain", "null null");
    String output = folder.resolve("rejected").toString();
    assertThat(job.command("show", output, "--rejected", "--width=200")).isEqualTo(ExitCode.OK);
    assertThat(job.out()).contains("variant").contains("bold").contains("plain");
  }

  @Test
  void aRowForEachAnswerIsComparedAsARowForEachSession() {
    JsonNode sessions = run("sessions", PLAIN, BOLD, "--set=task.kind=replay").manifest();
    JobForTests job =
        run("turns", PLAIN, BOLD, "--set=task.kind=replay", "--set=output.layout=turn");

    assertThat(job.manifest().path("comparison").get(0).path("compared"))
        .isEqualTo(sessions.path("comparison").get(0).path("compared"));
    assertThat(job.manifest().path("variants").get(0).path("answers"))
        .isEqualTo(sessions.path("variants").get(0).path("answers"));
    assertThat(job.command("compare", folder.resolve("turns").toString())).isEqualTo(ExitCode.OK);
    assertThat(job.out()).as("sessions are counted, not rows").containsPattern("bold +40 +0 ");
  }

  @Test
  void withoutVariantsThereIsNeitherAColumnNorAComparison() {
    assertThat(none.results().get(0).schema().fieldNames()).doesNotContain("variant");
    assertThat(none.manifest().has("variants")).isFalse();
    assertThat(none.manifest().has("comparison")).isFalse();
    assertThat(none.command("compare", shared.resolve("none").toString()))
        .isEqualTo(ExitCode.SETUP);
    assertThat(none.err()).contains("the run had no variants to compare");
  }

  @Test
  void sharedOutEachSessionIsAnsweredByOneVariantHoweverTheWorkIsSplit() {
    String split = "--set=variants_mode=split";
    JobForTests job = run("three", PLAIN, BOLD, split);
    Map<String, Map<String, String>> replies = replies(job);

    Set<String> bold = replies.get("bold").keySet();
    Set<String> plain = replies.get("plain").keySet();
    assertThat(bold).doesNotContainAnyElementsOf(plain).hasSizeBetween(10, 30);
    assertThat(bold.size() + plain.size()).isEqualTo(SESSIONS);
    assertThat(bold)
        .allSatisfy(
            id ->
                assertThat(KeyHash.share(new SessionKey(Optional.empty(), id), 2))
                    .as("the share of the first variant")
                    .isZero());
    assertThat(job.manifest().path("books").path("sessions").asInt()).isEqualTo(SESSIONS);
    assertThat(job.manifest().path("comparison")).isEmpty();
    assertThat(replies(run("seven", PLAIN, BOLD, split, "--set=output.buckets=7")))
        .isEqualTo(replies);
  }

  @Test
  void aVariantThatIsAddedOrChangedMakesAnotherRun() {
    assertThat(run(both, PLAIN, "--set=variants.bold.sampling.temperature=0.5"))
        .isEqualTo(ExitCode.SETUP);
    assertThat(both.err()).contains("changed: variants: ").doesNotContain("changed: the model");
    assertThat(run(both, PLAIN, BOLD)).isEqualTo(ExitCode.OK);
    assertThat(both.err()).contains("nothing is left to do");
  }

  @Test
  void modelsThatCannotBeUsedAreToldForAllVariantsBeforeAnythingRuns() {
    JobForTests job = new JobForTests(folder.resolve("wrong"), FakeModelLoader::new);
    assertThat(
            run(
                job,
                "--set=variants.a.model.path=" + folder.resolve("none"),
                "--set=variants.b.sampling.max_tokens=1000000",
                PLAIN))
        .isEqualTo(ExitCode.SETUP);
    assertThat(job.err())
        .contains("2 variants cannot be asked:")
        .contains("variants.a: model.path: ")
        .contains("variants.b: sampling.max_tokens = 1000000 leaves no room for a prompt");
    assertThat(folder.resolve("wrong")).doesNotExist();
  }

  @Test
  void planSumsWhatAllVariantsAreAsked() {
    JobForTests job = new JobForTests(folder.resolve("p"), FakeModelLoader::new);
    List<String> plan =
        List.of("plan", "--model", JobForTests.MODEL, "--input", archive.toString(), "--output");
    String[] one =
        Stream.concat(plan.stream(), Stream.of(folder.resolve("p").toString()))
            .toArray(String[]::new);
    assertThat(job.command(one)).isEqualTo(ExitCode.OK);
    assertThat(job.out()).contains("at most 5,120").doesNotContain("of variant");
    String[] two = Stream.concat(Stream.of(one), Stream.of(PLAIN, BOLD)).toArray(String[]::new);
    assertThat(job.command(two)).isEqualTo(ExitCode.OK);
    assertThat(job.out()).contains("at most 10,240").contains("Model of variant bold");
  }
}
