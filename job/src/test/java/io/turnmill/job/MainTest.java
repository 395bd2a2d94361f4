package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.models.TemplateRenderer;
import io.turnmill.job.prepare.EvenDraw;
import io.turnmill.job.report.Estimate;
import io.turnmill.job.report.Progress;
import io.turnmill.job.run.RunRequest;
import io.turnmill.job.testing.CommandForTests;
import io.turnmill.job.trial.TrialRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From arguments to what the job is asked, and from what it says to the exit code. */
class MainTest {
  private static final String[] RUN = {"run", "--model", "m", "--input", "i", "--output", "o"};

  @TempDir Path folder;

  private final FakeJobRunner runner = new FakeJobRunner();
  private final List<TemplateRenderer.Request> rendered = new ArrayList<>();
  private final CommandForTests turnmill =
      new CommandForTests(
          runner,
          request -> {
            rendered.add(request);
            return "<|user|>\u0007hi";
          });

  @Test
  void runHandsTheCheckedSettingsToTheJob() {
    ExitCode code =
        turnmill.run(
            "run",
            "--model=m",
            "--input=a",
            "--input",
            "b",
            "--output=o",
            "--overwrite",
            "--set",
            "sampling.max_tokens=7",
            "--progress=plain");

    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(runner.calls).containsExactly("run");
    assertThat(runner.config.input().paths()).containsExactly("a", "b");
    assertThat(runner.config.sampling().maxTokens()).isEqualTo(7);
    assertThat(runner.config.output().overwrite()).isTrue();
    assertThat(runner.view.progress()).isEqualTo(Progress.Mode.PLAIN);
    assertThat(runner.view.quiet()).isFalse();
    assertThat(runner.view.command()).isEqualTo("submit/local.sh");
  }

  @Test
  void quietMeansNoProgressEither() {
    turnmill.run("run", "--model=m", "--input=a", "--output=o", "-q");

    assertThat(runner.view.quiet()).isTrue();
    assertThat(runner.view.progress()).isEqualTo(Progress.Mode.NONE);
  }

  @Test
  void planTakesTheSameOptions() {
    assertThat(turnmill.run("plan", "--model=m", "--input=a", "--output=o")).isEqualTo(ExitCode.OK);
    assertThat(runner.calls).containsExactly("plan");
  }

  @Test
  void planTakesBothRatesOrNone() {
    String[] plan = {"plan", "--model=m", "--input=a", "--output=o", "--prompt-rate=9000"};
    assertThat(turnmill.run(plan)).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err()).contains("--reply-rate");
    String[] both = Arrays.copyOf(plan, 6);
    both[5] = "--reply-rate=2500";
    assertThat(turnmill.run(both)).isEqualTo(ExitCode.OK);
    assertThat(runner.plan.estimate()).contains(new Estimate(9000, 2500, 1));
    both[5] = "--reply-rate=0";
    assertThat(turnmill.run(both)).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err()).contains("must be above 0");
  }

  @Test
  void planTakesATrialOfAtLeastOneSession() {
    assertThat(plan("--sample=20", "--seed=5", "--rows=2", "--executors=8")).isEqualTo(ExitCode.OK);
    assertThat(runner.plan.trial()).contains(new TrialRequest(new EvenDraw(20, 5), 2, 8));
    assertThat(runner.view.progress()).isEqualTo(Progress.Mode.AUTO);
    assertThat(plan("--sample=1")).isEqualTo(ExitCode.OK);
    assertThat(runner.plan.trial()).contains(new TrialRequest(new EvenDraw(1, 0), 3, 1));
    for (String wrong : List.of("0", "-3", "10001", "many")) {
      assertThat(plan("--sample=" + wrong)).isEqualTo(ExitCode.SETUP);
      assertThat(turnmill.err()).contains("--sample");
    }
    assertThat(plan("--sample=5", "--rows=0")).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err()).contains("--rows must be at least 1");
    assertThat(plan("--seed=5")).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err()).contains("--sample");
    assertThat(plan("--sample=5", "--executors=0")).isEqualTo(ExitCode.SETUP);
    assertThat(plan("--executors=8")).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err()).contains("--executors is for the time of the run");
    assertThat(runner.calls).hasSize(2);
  }

  private ExitCode plan(String... options) {
    return turnmill.run(
        Stream.concat(Stream.of("plan", "--model=m", "--input=a", "--output=o"), Stream.of(options))
            .toArray(String[]::new));
  }

  @ParameterizedTest
  @EnumSource
  void theJobsExitCodeIsThatOfTheProcess(ExitCode code) {
    runner.outcome = () -> code;

    assertThat(turnmill.run(RUN)).isEqualTo(code);
  }

  @Test
  void exitCodesAreThoseThatSchedulersRelyOn() {
    assertThat(List.of(ExitCode.values()).stream().map(ExitCode::status))
        .containsExactly(0, 1, 2, 3);
  }

  @Test
  void allProblemsOfTheSettingsComeTogetherBeforeTheJobStarts() throws IOException {
    Path file = Files.writeString(folder.resolve("a.conf"), "sampling.temprature = 1");

    assertThat(turnmill.run("run", "--config", file.toString(), "--set", "output.buckets=-1"))
        .isEqualTo(ExitCode.SETUP);
    assertThat(runner.calls).isEmpty();
    assertThat(turnmill.err().replace(folder + "/", ""))
        .startsWith("turnmill: the settings have 5 problems:\n")
        .contains(
            "  a.conf: 1: sampling.temprature: unknown setting; did you mean"
                + " sampling.temperature?\n")
        .contains(
            "  --set: output.buckets: must be a whole number from 0 to 1000000, but is '-1'\n")
        .contains("  model.path: must be set")
        .doesNotContain("\tat ");
  }

  @Test
  void aSetupErrorIsFoundInsideOfWhatSparkWrapsAroundIt() {
    runner.outcome =
        () -> {
          throw new IllegalStateException(
              "Job aborted", new RuntimeException(new SetupException("no model at m")));
        };

    assertThat(turnmill.run(RUN)).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err()).isEqualTo("turnmill: no model at m\n");
  }

  @Test
  void aSetupErrorHasAStackTraceForWhoeverAsksForIt() {
    runner.outcome =
        () -> {
          throw new SetupException("no model at m", new IOException("connection refused"));
        };
    List<String> arguments = new ArrayList<>(List.of(RUN));
    arguments.add("--verbose");

    assertThat(turnmill.run(arguments.toArray(String[]::new))).isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err())
        .startsWith("turnmill: no model at m\n")
        .contains("\tat ")
        .contains("Caused by: java.io.IOException: connection refused");
  }

  @Test
  void anythingElseIsCalledABugAndKeepsItsStackTrace() {
    runner.outcome =
        () -> {
          throw new IllegalStateException("slot 3 is taken");
        };

    assertThat(turnmill.run(RUN)).isEqualTo(ExitCode.ERROR);
    assertThat(turnmill.err())
        .startsWith("turnmill: This is a bug. Please report it with the lines below.\n")
        .contains("slot 3 is taken")
        .contains("\tat ");
  }

  @Test
  void evenAnErrorOfTheMachineEndsInAnExitCode() {
    runner.outcome =
        () -> {
          throw new StackOverflowError("deep");
        };
    assertThat(turnmill.run(RUN)).isEqualTo(ExitCode.ERROR);
    assertThat(turnmill.err()).contains("This is a bug.");
  }

  @Test
  void aBrokenDiskIsNotCalledABug() {
    runner.outcome =
        () -> {
          throw new UncheckedIOException(new IOException("No space left on device"));
        };

    assertThat(turnmill.run(RUN)).isEqualTo(ExitCode.ERROR);
    assertThat(turnmill.err()).contains("No space left on device").doesNotContain("bug");
  }

  @Test
  void templateRenderPassesWhatTheTemplateLooksAt() throws IOException {
    Path messages =
        Files.writeString(
            folder.resolve("m.json"),
            "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}");
    Path tools = Files.writeString(folder.resolve("t.json"), "[{\"name\": \"f\"}]");

    ExitCode code =
        turnmill.run(
            "template",
            "render",
            "--model=m",
            "--messages=" + messages,
            "--tools=" + tools,
            "--kwarg",
            "enable_thinking=false",
            "--set=spark.hadoop.fs.x.endpoint=e",
            "--kwarg",
            "tone=dry wit");

    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(turnmill.out()).isEqualTo("<|user|>\u0007hi");
    assertThat(rendered)
        .containsExactly(
            new TemplateRenderer.Request(
                "m",
                Map.of("spark.hadoop.fs.x.endpoint", "e"),
                Optional.empty(),
                List.of(Map.of("role", "user", "content", "hi")),
                List.of(Map.of("name", "f")),
                Map.of("enable_thinking", false, "tone", "dry wit")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "3", "[1]", "{\"x\": []}"})
  void messagesThatAreNoListOfObjectsAreOneClearLine(String json) throws IOException {
    Path messages = Files.writeString(folder.resolve("m.json"), json);

    assertThat(turnmill.run("template", "render", "--model=m", "--messages=" + messages))
        .isEqualTo(ExitCode.SETUP);
    assertThat(turnmill.err().lines()).hasSize(1);
    assertThat(rendered).isEmpty();
  }

  @Test
  void restartAndStatusAreAskedOfTheRun() {
    String[] run = {"run", "--model", "m", "--input", "i", "--output", "o"};
    turnmill.run(run);
    assertThat(runner.request).isEqualTo(new RunRequest(false, false));
    turnmill.run(Stream.concat(Stream.of(run), Stream.of("--restart")).toArray(String[]::new));
    assertThat(runner.request).isEqualTo(new RunRequest(true, false));
    turnmill.run(Stream.concat(Stream.of(run), Stream.of("--keep-staged")).toArray(String[]::new));
    assertThat(runner.request).isEqualTo(new RunRequest(false, true));
    turnmill.run(Stream.concat(Stream.of(run), Stream.of("--status")).toArray(String[]::new));
    assertThat(runner.calls).containsExactly("run", "run", "run", "status");
  }
}
