package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trial before a run, {@code plan --sample N}, through the whole job. */
class TrialRunTest {
  private static final int OF_EACH_KIND = 15;

  @TempDir Path folder;

  private Path archive;

  /** Three kinds of sessions of different length or language, and one broken record. */
  @BeforeEach
  void writeArchive() throws IOException {
    StringBuilder sessions = new StringBuilder();
    for (int i = 0; i < OF_EACH_KIND; i++) {
      sessions.append(JobForTests.session("short" + i, "Question " + i));
      sessions.append(JobForTests.session("long" + i, "some words ".repeat(25 + i) + i));
      sessions.append(JobForTests.session("chinese" + i, "你好，今天的天气怎么样？" + i));
    }
    archive = Files.writeString(folder.resolve("in.jsonl"), sessions + "{broken\n");
  }

  private JobForTests job(ModelLoaderFactory loaders) {
    return new JobForTests(folder.resolve("deep/out"), loaders);
  }

  private ExitCode plan(JobForTests job, String... options) {
    List<String> all =
        new ArrayList<>(List.of("plan", "--model", JobForTests.MODEL, "--input=" + archive));
    all.addAll(List.of("--output=" + folder.resolve("deep/out"), "--set=sampling.max_tokens=12"));
    all.addAll(List.of(options));
    return job.command(all.toArray(String[]::new));
  }

  private List<String> there() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return new ArrayList<>(
          files
              .map(file -> folder.relativize(file).toString())
              .collect(TreeSet::new, TreeSet::add, TreeSet::addAll));
    }
  }

  private static List<String> shown(JobForTests job) {
    return Pattern.compile("━━ session (\\S+)")
        .matcher(job.out())
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private static List<String> cells(JobForTests job, String label) {
    return Pattern.compile("(?m)^  " + label + "  +(.*)$")
        .matcher(job.out())
        .results()
        .map(found -> found.group(1).replaceAll(" +", " "))
        .toList();
  }

  @Test
  void aTrialShowsResultsAndNumbersAndLeavesNothingBehind() throws IOException {
    String cache = "--set=cache.path=" + Files.createDirectory(folder.resolve("cache"));
    List<String> before = there();
    JobForTests job = job(FakeModelLoader::new);

    assertThat(plan(job, "--sample=9", "--rows=2", "--executors=4", cache))
        .as(job.err())
        .isEqualTo(ExitCode.OK);

    assertThat(there()).isEqualTo(before);
    assertThat(shown(job)).hasSize(2);
    assertThat(job.out())
        .contains("Everything that can be checked without running is in order.")
        .contains("Trial of 9 sessions (seed 0)")
        .containsPattern("drawn evenly from +3 groups of length and language")
        .containsPattern("ok +9\n +failed +0\n +rejected +0\n")
        .containsPattern("prefill +\\S+ s for [\\d,]+ tokens, \\S+ tokens/s")
        .containsPattern("all 45 sessions together +about +90 % range")
        .containsPattern("time of one executor +[\\d.]+ s")
        .containsPattern("time of 4 executors +[\\d.]+ s");
  }

  @Test
  void theSameSeedRunsTheSameSessionsHoweverTheArchiveIsCut() {
    JobForTests job = job(FakeModelLoader::new);
    plan(job, "--sample=9", "--rows=100", "--set=output.buckets=1");
    List<String> first = shown(job);
    plan(job, "--sample=9", "--rows=100", "--set=output.buckets=9");
    List<String> again = shown(job);
    plan(job, "--sample=9", "--rows=100", "--seed=1");

    assertThat(first).hasSize(9).isEqualTo(again).isNotEqualTo(shown(job));
    assertThat(first).filteredOn(id -> id.startsWith("chinese")).hasSize(3);
  }

  /** A trial of all sessions estimates nothing, so it must say what a run of them counts. */
  @Test
  void whatATrialOfAllSessionsSaysIsWhatARunCounts() throws IOException {
    JobForTests job = job(FakeModelLoader::new);
    assertThat(plan(job, "--sample=1000")).as(job.err()).isEqualTo(ExitCode.OK);
    List<String> prompts = cells(job, "prompt tokens");
    List<String> replies = cells(job, "reply tokens");
    String byLength = cells(job, "ended by length").get(0);
    assertThat(prompts).hasSize(3);
    assertThat(replies).hasSize(3);
    job.run("--input=" + archive);

    assertThat(prompts.get(1)).isEqualTo(inBrief(tokens(job, "prompt_tokens")));
    assertThat(prompts.get(2)).isEqualTo(three(books(job, "prompt_tokens")));
    assertThat(replies.get(1)).isEqualTo(inBrief(tokens(job, "completion_tokens")));
    assertThat(replies.get(2)).isEqualTo(three(books(job, "completion_tokens")));
    long cutOff =
        job.results().stream()
            .map(TrialRunTest::reply)
            .filter(reply -> reply.getAs("finish_reason").equals("length"))
            .count();
    assertThat(byLength).startsWith(cutOff + " of 45 replies");
  }

  private static Row reply(Row row) {
    return (Row) row.getList(row.fieldIndex("replies")).get(0);
  }

  private static List<Long> tokens(JobForTests job, String column) {
    ToLongFunction<Row> tokens = row -> reply(row).<Integer>getAs(column);
    return job.results().stream().mapToLong(tokens).sorted().boxed().toList();
  }

  private static long books(JobForTests job, String name) {
    return job.manifest().at("/books/" + name).asLong();
  }

  /** Of 45 in order the 23rd is the median, and the 43rd is greater than 95 of 100. */
  private static String inBrief(List<Long> sorted) {
    double mean = sorted.stream().mapToLong(Long::longValue).average().orElseThrow();
    String shown = String.format(Locale.ROOT, mean < 9.95 ? "%.1f" : "%.0f", mean);
    return shown + " " + sorted.get(22) + " " + sorted.get(42) + " " + sorted.get(44);
  }

  private static String three(long tokens) {
    String shown = String.format(Locale.ROOT, "%,d", tokens);
    return shown + " " + shown + " to " + shown;
  }

  @Test
  void aSessionThatFailsIsCountedAndEndsWithTheExitCodeOfARun() throws IOException {
    List<String> before = there();
    Files.writeString(
        archive,
        JobForTests.session("bad", "Why " + FakeModelLoader.POISON)
            + JobForTests.session("good", "Question one"));
    JobForTests job = job(FakeModelLoader::new);

    assertThat(plan(job, "--sample=5")).isEqualTo(ExitCode.TOO_MANY_FAILURES);
    assertThat(job.out()).containsPattern("ok +1\n +failed +1\n").contains("time of one executor");
    assertThat(job.err()).contains("50.0 % of the sessions failed; limits.max_failed_share");
    assertThat(there()).isEqualTo(before);
  }

  @Test
  void aModelThatDoesNotLoadLeavesNothingBehind() throws IOException {
    List<String> before = there();
    JobForTests job = job(BrokenLoader::new);

    assertThat(plan(job, "--sample=5")).isEqualTo(ExitCode.ERROR);
    assertThat(there()).isEqualTo(before);
  }

  /** A model that never loads. */
  record BrokenLoader(RuntimeOptions options) implements ModelLoader {
    private static final long serialVersionUID = 1L;

    @Override
    public String identity() {
      return "broken";
    }

    @Override
    public ModelRuntime load() {
      throw new IllegalStateException("the model of this test does not load");
    }
  }

  @Test
  void theResultsOfAnEarlierRunStayAsTheyAre() throws IOException {
    JobForTests job = job(FakeModelLoader::new);
    job.run("--input=" + archive);
    List<String> before = there();

    assertThat(plan(job, "--sample=5")).as(job.err()).isEqualTo(ExitCode.OK);
    assertThat(there()).isEqualTo(before);
    assertThat(job.out()).contains("This run is complete").contains("Trial of 5 sessions");
  }

  @Test
  void aTaskThatWritesNoRepliesIsTriedToo() throws IOException {
    Files.writeString(
        archive,
        """
        {"session_id": "a", "messages": [{"role": "user", "content": "Open today?"}, \
        {"role": "assistant", "content": "Until six."}]}
        {"session_id": "b", "messages": [{"role": "user", "content": "Open tomorrow?"}, \
        {"role": "assistant", "content": "No, it is Sunday."}]}
        """);
    JobForTests job = job(FakeModelLoader::new);

    assertThat(plan(job, "--sample=2", "--set=task.kind=score"))
        .as(job.err())
        .isEqualTo(ExitCode.OK);
    assertThat(job.out())
        .contains("Trial of 2 sessions")
        .containsPattern("all 2 sessions together")
        .doesNotContain("reply tokens")
        .doesNotContain("ended by length");
  }

  @Test
  void anArchiveWithoutSessionsHasNoTrial() throws IOException {
    Files.writeString(archive, "");
    JobForTests job = job(FakeModelLoader::new);

    assertThat(plan(job, "--sample=5")).as(job.err()).isEqualTo(ExitCode.OK);
    assertThat(job.out()).contains("There is no session that the model could be asked");
  }

  @Test
  void onlySessionsThatARunWouldAskAreDrawn() {
    JobForTests job = job(FakeModelLoader::new);
    plan(job, "--sample=500", "--rows=100", "--set=sample.n=4", "--set=clean.near_duplicates=copy");

    assertThat(shown(job)).hasSizeBetween(1, 4);
    assertThat(job.out()).contains("Trial of " + shown(job).size() + " session");
  }
}
