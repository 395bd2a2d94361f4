package io.turnmill.job;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.cli.Interruption;
import io.turnmill.job.cli.JobRunner;
import io.turnmill.job.cli.JobView;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.models.EffectiveConfig;
import io.turnmill.job.models.ModelCheck;
import io.turnmill.job.models.ModelFolders;
import io.turnmill.job.models.ModelSettings;
import io.turnmill.job.read.InputException;
import io.turnmill.job.report.Estimate;
import io.turnmill.job.report.Progress;
import io.turnmill.job.report.Summary;
import io.turnmill.job.report.Totals;
import io.turnmill.job.run.FullDisk;
import io.turnmill.job.run.Plan;
import io.turnmill.job.run.RunListener;
import io.turnmill.job.run.RunRequest;
import io.turnmill.job.run.RunResult;
import io.turnmill.job.run.RunStatus;
import io.turnmill.job.spark.FirstExecutor;
import io.turnmill.job.spark.OpenSpark;
import io.turnmill.job.spark.Spark;
import io.turnmill.job.terminal.TerminalText;
import io.turnmill.runtime.FrontEnd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** The commands {@code run} and {@code plan} on Spark. */
final class SparkJobs implements JobRunner {
  private final ModelLoaderFactory loaders;

  /**
   * @param loaders makes what loads the model on executors
   */
  SparkJobs(ModelLoaderFactory loaders) {
    this.loaders = loaders;
  }

  @Override
  public ExitCode run(JobConfig config, RunRequest request, JobView view) {
    try {
      return runs(config, request, view);
    } catch (Exception | Error e) {
      // Scala throws checked exceptions unannounced, and Hadoop says with an error that a local
      // disk is full.
      FullDisk.explain(e, config.output().path());
      throw e;
    }
  }

  private ExitCode runs(JobConfig given, RunRequest request, JobView view) {
    Instant startedAt = Instant.now();
    EffectiveConfig effective;
    ModelCheck model;
    try (ModelFolders folders = folders(given, startedAt)) {
      effective = EffectiveConfig.of(given, startedAt, folders);
      model = ModelCheck.of(effective, folders);
    }
    JobConfig config = effective.config();
    try (OpenSpark open = Spark.open(config.spark());
        Interruption interruption = Interruption.watch(view.terminal().err())) {
      SparkSession spark = open.session();
      FirstExecutor.await(spark, config.limits().maxStartSeconds());
      Progress progress = new Progress(view.terminal(), view.progress(), System::nanoTime);
      RunListener listener = new RunListener(progress, note -> note(view, note));
      model
          .warnings()
          .forEach(
              warning ->
                  view.terminal()
                      .err()
                      .println("turnmill: warning: " + TerminalText.line(warning)));
      if (Spark.asksForSpeculation(config.spark())) {
        listener.note(
            "spark.speculation is switched off: copies of slow tasks would compute their"
                + " sessions twice, and look like deaths of executors.");
      }
      Pipeline pipeline = new Pipeline(spark, config, model, loaders, listener);
      return ended(pipeline.run(request, startedAt), config, view);
    } catch (InputException e) {
      throw new SetupException("The input cannot be used as it is named.", e.problems());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ExitCode ended(RunResult result, JobConfig config, JobView view) {
    Totals totals = result.totals();
    String folder = config.output().path();
    int columns = view.terminal().columns();
    if (!result.complete()) {
      Summary.endedEarly(totals, folder, view.command(), columns)
          .forEach(view.terminal().err()::println);
    } else if (!view.quiet()) {
      Summary.lines(totals, result.engine(), folder, view.command(), columns)
          .forEach(view.terminal().out()::println);
    }
    say(result.passed(), view);
    if (!result.complete()) {
      view.terminal()
          .err()
          .println(
              "turnmill: the run ended early. With a higher limit the same command resumes it.");
    }
    return result.isGood() ? ExitCode.OK : ExitCode.TOO_MANY_FAILURES;
  }

  private static void say(List<String> passed, JobView view) {
    passed.forEach(sentence -> view.terminal().err().println("turnmill: " + sentence));
  }

  private static void note(JobView view, String note) {
    if (!view.quiet()) {
      view.terminal().err().println("turnmill: " + note);
    }
  }

  @Override
  public ExitCode status(JobConfig config, JobView view) {
    try {
      RunStatus.lines(config).forEach(view.terminal().out()::println);
      return ExitCode.OK;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ExitCode plan(JobConfig config, Optional<Estimate> estimate, JobView view) {
    try {
      return plans(config, estimate, view);
    } catch (Exception | Error e) {
      FullDisk.explain(e, config.output().path());
      throw e;
    }
  }

  private static ExitCode plans(JobConfig config, Optional<Estimate> estimate, JobView view) {
    Instant startedAt = Instant.now();
    try (ModelFolders folders = folders(config, startedAt)) {
      EffectiveConfig effective = EffectiveConfig.of(config, startedAt, folders);
      try (FrontEnd parts = ModelCheck.open(effective, folders)) {
        return plans(effective, folders, parts, estimate, view);
      }
    } catch (InputException e) {
      throw new SetupException("The input cannot be used as it is named.", e.problems());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ExitCode plans(
      EffectiveConfig effective,
      ModelFolders folders,
      FrontEnd parts,
      Optional<Estimate> estimate,
      JobView view)
      throws IOException {
    ModelCheck.of(effective, folders, parts, List.of()); // before Spark starts, which takes a while
    try (OpenSpark open = Spark.open(effective.config().spark())) {
      SparkSession spark = open.session();
      FirstExecutor.await(spark, effective.config().limits().maxStartSeconds());
      Plan.Found found = new Plan(spark, effective, folders, parts).find(estimate);
      found.lines().forEach(view.terminal().out()::println);
      say(found.passed(), view);
      return found.passed().isEmpty() ? ExitCode.OK : ExitCode.TOO_MANY_FAILURES;
    }
  }

  private static ModelFolders folders(JobConfig config, Instant startedAt) {
    return ModelFolders.open(
        "model.path",
        ModelSettings.options(config, startedAt),
        config.model().cache().limitBytes(),
        () -> Spark.hadoop(config.spark()));
  }
}
