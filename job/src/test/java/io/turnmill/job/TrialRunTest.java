package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.testing.FakeModelLoader;
import io.turnmill.job.testing.JobForTests;
import io.turnmill.job.testing.TrialForTests;
import io.turnmill.runtime.ModelRuntime;
import io.turnmill.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trial before a run, {@code plan --sample N}, through the whole job. */
class TrialRunTest {
  @TempDir Path folder;

  @Test
  void aTrialShowsResultsAndNumbersAndLeavesNothingBehind() throws IOException {
    String cache = "--set=cache.path=" + Files.createDirectory(folder.resolve("cache"));
    TrialForTests trial = new TrialForTests(folder, FakeModelLoader::new);
    List<String> before = trial.there();

    assertThat(trial.plan("--sample=9", "--rows=2", "--executors=4", cache))
        .as(trial.job().err())
        .isEqualTo(ExitCode.OK);

    assertThat(trial.there()).isEqualTo(before);
    assertThat(trial.shown()).hasSize(2);
    assertThat(trial.job().out())
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
    TrialForTests trial = new TrialForTests(folder, FakeModelLoader::new);
    trial.plan("--sample=9", "--rows=100", "--set=output.buckets=1");
    List<String> first = trial.shown();
    trial.plan("--sample=9", "--rows=100", "--set=output.buckets=9");
    List<String> again = trial.shown();

    assertThat(first).hasSize(9).isEqualTo(again);
    assertThat(first).filteredOn(id -> id.startsWith("chinese")).hasSize(3);
  }

  /** A trial of all sessions estimates nothing, so it must say what a run of them counts. */
  @Test
  void whatATrialOfAllSessionsSaysIsWhatARunCounts() throws IOException {
    TrialForTests trial = new TrialForTests(folder, FakeModelLoader::new);
    assertThat(trial.plan("--sample=1000")).as(trial.job().err()).isEqualTo(ExitCode.OK);
    List<String> prompts = trial.cells("prompt tokens");
    List<String> replies = trial.cells("reply tokens");
    String byLength = trial.cells("ended by length").get(0);
    assertThat(prompts).hasSize(3);
    assertThat(replies).hasSize(3);
    trial.run();

    assertThat(prompts.get(1)).isEqualTo(inBrief(tokens(trial.job(), "prompt_tokens")));
    assertThat(prompts.get(2)).isEqualTo(three(books(trial.job(), "prompt_tokens")));
    assertThat(replies.get(1)).isEqualTo(inBrief(tokens(trial.job(), "completion_tokens")));
    assertThat(replies.get(2)).isEqualTo(three(books(trial.job(), "completion_tokens")));
    long cutOff =
        trial.job().results().stream()
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
    TrialForTests trial = new TrialForTests(folder, FakeModelLoader::new);
    trial.write(
        JobForTests.session("bad", "Why " + FakeModelLoader.POISON)
            + JobForTests.session("good", "Question one"));
    List<String> before = trial.there();

    assertThat(trial.plan("--sample=5")).isEqualTo(ExitCode.TOO_MANY_FAILURES);
    assertThat(trial.job().out())
        .containsPattern("ok +1\n +failed +1\n")
        .contains("time of one executor");
    assertThat(trial.job().err())
        .contains("50.0 % of the sessions failed; limits.max_failed_share");
    assertThat(trial.there()).isEqualTo(before);
  }

  @Test
  void aModelThatDoesNotLoadLeavesNothingBehind() throws IOException {
    TrialForTests trial = new TrialForTests(folder, BrokenLoader::new);
    List<String> before = trial.there();

    assertThat(trial.plan("--sample=5")).isEqualTo(ExitCode.ERROR);
    assertThat(trial.there()).isEqualTo(before);
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
    TrialForTests trial = new TrialForTests(folder, FakeModelLoader::new);
    trial.run();
    List<String> before = trial.there();

    assertThat(trial.plan("--sample=5")).as(trial.job().err()).isEqualTo(ExitCode.OK);
    assertThat(trial.there()).isEqualTo(before);
    assertThat(trial.job().out()).contains("This run is complete").contains("Trial of 5 sessions");
  }

  @Test
  void anArchiveWithoutSessionsHasNoTrial() {
    TrialForTests trial = new TrialForTests(folder, FakeModelLoader::new);
    trial.write("");

    assertThat(trial.plan("--sample=5")).as(trial.job().err()).isEqualTo(ExitCode.OK);
    assertThat(trial.job().out()).contains("No session of the archive can be asked");
  }

  @Test
  void onlySessionsThatARunWouldAskAreDrawn() {
    TrialForTests trial = new TrialForTests(folder, FakeModelLoader::new);
    trial.plan(
        "--sample=500", "--rows=100", "--set=sample.n=4", "--set=clean.near_duplicates=copy");

    assertThat(trial.shown()).hasSizeBetween(1, 4);
    assertThat(trial.job().out()).contains("Trial of " + trial.shown().size() + " session");
  }
}
