package io.turnmill.job;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.cli.Interruption;
import io.turnmill.job.cli.JobRunner;
import io.turnmill.job.cli.JobView;
import io.turnmill.job.cli.PlanRequest;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.models.CheckedVariants;
import io.turnmill.job.read.InputException;
import io.turnmill.job.report.Comparison;
import io.turnmill.job.report.ComparisonTable;
import io.turnmill.job.report.Progress;
import io.turnmill.job.report.Summary;
import io.turnmill.job.report.Totals;
import io.turnmill.job.results.ResultFiles;
import io.turnmill.job.run.FullDisk;
import io.turnmill.job.run.Plan;
import io.turnmill.job.run.RunListener;
import io.turnmill.job.run.RunRequest;
import io.turnmill.job.run.RunResult;
import io.turnmill.job.run.RunStatus;
import io.turnmill.job.run.VariantReport;
import io.turnmill.job.spark.FirstExecutor;
import io.turnmill.job.spark.OpenSpark;
import io.turnmill.job.spark.Spark;
import io.turnmill.job.terminal.TerminalText;
import io.turnmill.job.write.OutputFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
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
    CheckedVariants variants = CheckedVariants.check(given, startedAt, List.of());
    JobConfig config = variants.config();
    try (OpenSpark open = Spark.open(config.spark());
        Interruption interruption = Interruption.watch(view.terminal().err())) {
      SparkSession spark = open.session();
      FirstExecutor.await(spark, config.limits().maxStartSeconds());
      Progress progress = new Progress(view.terminal(), view.progress(), System::nanoTime);
      RunListener listener = new RunListener(progress, note -> note(view, note));
      variants
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
      Pipeline pipeline = new Pipeline(spark, variants, loaders, listener);
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
      Totals all = result.documents().map(totals::plus).orElse(totals);
      Summary.endedEarly(all, folder, view.command(), columns)
          .forEach(view.terminal().err()::println);
    } else if (!view.quiet()) {
      Summary.lines(totals, result.documents(), result.engine(), folder, view.command(), columns)
          .forEach(view.terminal().out()::println);
      result.comparison().ifPresent(comparison -> print(comparison, view));
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

  private static void print(Comparison comparison, JobView view) {
    ComparisonTable.lines(comparison, view.terminal().columns())
        .forEach(view.terminal().out()::println);
  }

  @Override
  public ExitCode compare(String path, Map<String, String> hadoop, JobView view) {
    try (OpenSpark open = Spark.open(hadoop)) {
      Configuration conf = Spark.hadoop(open.session());
      Optional<Path> folder = ResultFiles.at(path, conf).outputFolder();
      OutputFolder output = OutputFolder.open(folder.map(Path::toString).orElse(path), conf);
      output.checks().hasResults();
      print(VariantReport.again(open.session(), output), view);
      return ExitCode.OK;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
  public ExitCode plan(JobConfig config, PlanRequest request, JobView view) {
    try {
      return plans(config, request, view);
    } catch (Exception | Error e) {
      FullDisk.explain(e, config.output().path());
      throw e;
    }
  }

  private ExitCode plans(JobConfig given, PlanRequest request, JobView view) {
    Instant startedAt = Instant.now();
    // Before Spark starts, which takes a while.
    CheckedVariants variants = CheckedVariants.check(given, startedAt, List.of());
    JobConfig config = variants.config();
    try (OpenSpark open = Spark.open(config.spark())) {
      SparkSession spark = open.session();
      FirstExecutor.await(spark, config.limits().maxStartSeconds());
      Plan.Found found = new Plan(spark, given, startedAt).find(request.estimate(), request.draw());
      found.lines().forEach(view.terminal().out()::println);
      List<String> passed = found.passed();
      if (passed.isEmpty() && request.trial().isPresent()) {
        Trial trial = new Trial(spark, variants, loaders, view);
        passed = trial.run(found.sample().orElseThrow(), request.trial().get(), startedAt);
      }
      say(passed, view);
      return passed.isEmpty() ? ExitCode.OK : ExitCode.TOO_MANY_FAILURES;
    } catch (InputException e) {
      throw new SetupException("The input cannot be used as it is named.", e.problems());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
