package io.turnmill.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.report.Estimate;
import io.turnmill.job.report.Progress;
import io.turnmill.job.report.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private static final String[] RUN = {"run", "--model", "m", "--input", "i", "--output", "o"};

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final FakeRunner runner = new FakeRunner();
  private final List<TemplateRenderer.Request> rendered = new ArrayList<>();

  @Test
  void runHandsTheCheckedSettingsToTheJob() {
    ExitCode code =
        run(
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
    run("run", "--model=m", "--input=a", "--output=o", "-q");

    assertThat(runner.view.quiet()).isTrue();
    assertThat(runner.view.progress()).isEqualTo(Progress.Mode.NONE);
  }

  @Test
  void planTakesTheSameOptions() {
    assertThat(run("plan", "--model=m", "--input=a", "--output=o")).isEqualTo(ExitCode.OK);
    assertThat(runner.calls).containsExactly("plan");
  }

  @Test
  void planTakesBothRatesOrNone() {
    String[] plan = {"plan", "--model=m", "--input=a", "--output=o", "--prompt-rate=9000"};
    assertThat(run(plan)).isEqualTo(ExitCode.SETUP);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--reply-rate");
    String[] both = Arrays.copyOf(plan, 6);
    both[5] = "--reply-rate=2500";
    assertThat(run(both)).isEqualTo(ExitCode.OK);
    assertThat(runner.estimate).contains(new Estimate(9000, 2500, 1));
    both[5] = "--reply-rate=0";
    assertThat(run(both)).isEqualTo(ExitCode.SETUP);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("must be above 0");
  }

  @ParameterizedTest
  @EnumSource
  void theJobsExitCodeIsThatOfTheProcess(ExitCode code) {
    runner.outcome = () -> code;

    assertThat(run(RUN)).isEqualTo(code);
  }

  @Test
  void exitCodesAreThoseThatSchedulersRelyOn() {
    assertThat(List.of(ExitCode.values()).stream().map(ExitCode::status))
        .containsExactly(0, 1, 2, 3);
  }

  @Test
  void allProblemsOfTheSettingsComeTogetherBeforeTheJobStarts() throws IOException {
    Path file = Files.writeString(folder.resolve("a.conf"), "sampling.temprature = 1");

    assertThat(run("run", "--config", file.toString(), "--set", "output.buckets=-1"))
        .isEqualTo(ExitCode.SETUP);
    assertThat(runner.calls).isEmpty();
    assertThat(err.toString(StandardCharsets.UTF_8).replace(folder + "/", ""))
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

    assertThat(run(RUN)).isEqualTo(ExitCode.SETUP);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("turnmill: no model at m\n");
  }

  @Test
  void anythingElseIsCalledABugAndKeepsItsStackTrace() {
    runner.outcome =
        () -> {
          throw new IllegalStateException("slot 3 is taken");
        };

    assertThat(run(RUN)).isEqualTo(ExitCode.ERROR);
    assertThat(err.toString(StandardCharsets.UTF_8))
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
    assertThat(run(RUN)).isEqualTo(ExitCode.ERROR);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("This is a bug.");
  }

  @Test
  void aBrokenDiskIsNotCalledABug() {
    runner.outcome =
        () -> {
          throw new UncheckedIOException(new IOException("No space left on device"));
        };

    assertThat(run(RUN)).isEqualTo(ExitCode.ERROR);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("No space left on device")
        .doesNotContain("bug");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rnu", "--confg x", "run --confg x", "run --rows 3", "show", "show x --rows none"})
  void wrongUsageIsASetupErrorThatSaysWhereHelpIs(String arguments) {
    assertThat(run(arguments.split(" ", -1))).isEqualTo(ExitCode.SETUP);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("turnmill: ")
        .contains("See: submit/local.sh")
        .doesNotContain("\tat ");
  }

  @Test
  void aMistypedCommandOrOptionGetsASuggestion() {
    run("rnu");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("Did you mean: run?");
    err.reset();
    run("run", "--confg", "x");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--config");
  }

  @Test
  void helpAndVersionAreForNewcomers() {
    assertThat(run("--help")).isEqualTo(ExitCode.OK);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("submit/local.sh run --config conf/samples.conf")
        .contains("Runs the model over every session of an archive.");
    out.reset();
    for (String command : List.of("run", "plan", "show", "config")) {
      assertThat(run(command, "--help")).isEqualTo(ExitCode.OK);
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("submit/local.sh show out/samples");
    out.reset();
    assertThat(run("--version")).isEqualTo(ExitCode.OK);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .matches("(?s)turnmill \\d+\\.\\d+.*built for Spark \\d.*")
        .doesNotContain("${");
  }

  @Test
  void noCommandAtAllPrintsTheHelpAsAnError() {
    assertThat(run()).isEqualTo(ExitCode.SETUP);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("Commands:");
  }

  @Test
  void configListsEverySetting() {
    assertThat(run("config")).isEqualTo(ExitCode.OK);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("sampling.max_tokens");
    out.reset();
    run("config", "--format=markdown");
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("| setting |");
  }

  @Test
  void templateRenderPassesWhatTheTemplateLooksAt() throws IOException {
    Path messages =
        Files.writeString(
            folder.resolve("m.json"),
            "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}");
    Path tools = Files.writeString(folder.resolve("t.json"), "[{\"name\": \"f\"}]");

    ExitCode code =
        run(
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
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("<|user|>\u0007hi");
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

    assertThat(run("template", "render", "--model=m", "--messages=" + messages))
        .isEqualTo(ExitCode.SETUP);
    assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
    assertThat(rendered).isEmpty();
  }

  @Test
  void restartAndStatusAreAskedOfTheRun() {
    String[] run = {"run", "--model", "m", "--input", "i", "--output", "o"};
    run(run);
    assertThat(runner.request).isEqualTo(new RunRequest(false, false));
    run(Stream.concat(Stream.of(run), Stream.of("--restart")).toArray(String[]::new));
    assertThat(runner.request).isEqualTo(new RunRequest(true, false));
    run(Stream.concat(Stream.of(run), Stream.of("--keep-staged")).toArray(String[]::new));
    assertThat(runner.request).isEqualTo(new RunRequest(false, true));
    run(Stream.concat(Stream.of(run), Stream.of("--status")).toArray(String[]::new));
    assertThat(runner.calls).containsExactly("run", "run", "run", "status");
  }

  @Test
  void coloursFollowTheTerminalAndTheEnvironment() {
    assertThat(Main.terminal(Map.of(), true).colour()).isTrue();
    assertThat(Main.terminal(Map.of(), false).colour()).isFalse();
    assertThat(Main.terminal(Map.of("NO_COLOR", "1"), true).colour()).isFalse();
    assertThat(Main.terminal(Map.of("TERM", "dumb"), true).colour()).isFalse();
    assertThat(Main.terminal(Map.of("COLUMNS", "132"), true).columns()).isEqualTo(132);
    assertThat(Main.terminal(Map.of("COLUMNS", "many"), true).columns()).isEqualTo(100);
  }

  private ExitCode run(String... args) {
    Terminal terminal =
        Terminal.plain(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    ModelTool models = new FolderModelTool();
    TemplateRenderer templates =
        request -> {
          rendered.add(request);
          return "<|user|>\u0007hi";
        };
    return Main.run(args, new Context(terminal, "submit/local.sh", runner, templates, models));
  }

  private static final class FakeRunner implements JobRunner {
    final List<String> calls = new ArrayList<>();
    Supplier<ExitCode> outcome = () -> ExitCode.OK;
    JobConfig config;
    Optional<Estimate> estimate = Optional.empty();
    JobView view;
    RunRequest request;

    @Override
    public ExitCode run(JobConfig given, RunRequest asked, JobView shown) {
      request = asked;
      return call("run", given, shown);
    }

    @Override
    public ExitCode status(JobConfig given, JobView shown) {
      return call("status", given, shown);
    }

    @Override
    public ExitCode plan(JobConfig given, Optional<Estimate> rates, JobView shown) {
      estimate = rates;
      return call("plan", given, shown);
    }

    private ExitCode call(String name, JobConfig given, JobView shown) {
      calls.add(name);
      config = given;
      view = shown;
      return outcome.get();
    }
  }
}
