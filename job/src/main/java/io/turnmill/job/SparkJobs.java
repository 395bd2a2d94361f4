package io.turnmill.job;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.LimitsConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.infer.PlacedLoader;
import io.turnmill.job.read.InputException;
import io.turnmill.job.report.Estimate;
import io.turnmill.job.report.Progress;
import io.turnmill.job.report.Summary;
import io.turnmill.job.report.Totals;
import io.turnmill.runtime.RuntimeOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** The commands {@code run} and {@code plan} on Spark. */
final class SparkJobs implements JobRunner {
  private final PlacedLoader.Loaders loaders;

  /**
   * @param loaders makes what loads the model on executors
   */
  SparkJobs(PlacedLoader.Loaders loaders) {
    this.loaders = loaders;
  }

  @Override
  public ExitCode run(JobConfig config, RunRequest request, JobView view) {
    Instant startedAt = Instant.now();
    ModelCheck model = check(config, startedAt);
    SparkSession spark = Spark.open(config.spark());
    Interruption interruption = Interruption.watch(view.terminal().err());
    try {
      FirstExecutor.await(spark, config.limits().maxStartSeconds());
      Progress progress = new Progress(view.terminal(), view.progress(), System::nanoTime);
      Pipeline.Voice voice = new Pipeline.Voice(progress, note -> note(view, note));
      Totals totals = new Pipeline(spark, config, model, loaders, voice).run(request, startedAt);
      if (!view.quiet()) {
        Summary.lines(totals, config.output().path(), view.command(), view.terminal().columns())
            .forEach(view.terminal().out()::println);
      }
      return verdict(totals, config.limits(), view.terminal().err());
    } catch (InputException e) {
      throw new SetupException("The input cannot be used as it is named.", e.problems());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      interruption.close();
      spark.stop();
    }
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
    Instant startedAt = Instant.now();
    RuntimeOptions options = ModelSettings.options(config, startedAt);
    try (ModelFolders folders = folders(config, options)) {
      ModelCheck.of(options, folders);
      SparkSession spark = Spark.open(config.spark());
      try {
        FirstExecutor.await(spark, config.limits().maxStartSeconds());
        new Plan(spark, config, options, folders)
            .lines(estimate)
            .forEach(view.terminal().out()::println);
        return ExitCode.OK;
      } finally {
        spark.stop();
      }
    } catch (InputException e) {
      throw new SetupException("The input cannot be used as it is named.", e.problems());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ModelCheck check(JobConfig config, Instant startedAt) {
    RuntimeOptions options = ModelSettings.options(config, startedAt);
    try (ModelFolders folders = folders(config, options)) {
      return ModelCheck.of(options, folders);
    }
  }

  private static ModelFolders folders(JobConfig config, RuntimeOptions options) {
    return ModelFolders.open(
        "model.path",
        options,
        config.model().cache().limitBytes(),
        () -> Spark.hadoop(config.spark()));
  }

  /**
   * The limits are on shares, so that they mean the same for every archive: of the sessions, and of
   * the records and messages, each by itself.
   */
  private static ExitCode verdict(Totals totals, LimitsConfig limits, PrintStream err) {
    double failed = share(totals.sessionsFailed(), totals.sessionsIn());
    double sessions = share(totals.sessionsRejected(), totals.sessionsIn());
    double records = share(totals.recordsRejected(), totals.messages() + totals.recordsRejected());
    List<Boolean> within =
        List.of(
            within("failed_share", "sessions failed", failed, limits.maxFailedShare(), err),
            within(
                "rejected_share",
                "sessions were rejected",
                sessions,
                limits.maxRejectedShare(),
                err),
            within(
                "rejected_share",
                "records and messages were rejected",
                records,
                limits.maxRejectedShare(),
                err));
    return within.contains(false) ? ExitCode.TOO_MANY_FAILURES : ExitCode.OK;
  }

  private static boolean within(
      String limit, String what, double share, double most, PrintStream err) {
    if (share <= most) {
      return true;
    }
    err.println(
        String.format(
            Locale.ROOT,
            "turnmill: %.1f %% of the %s; limits.max_%s = %s allows less.",
            100 * share,
            what,
            limit,
            most));
    return false;
  }

  private static double share(long part, long all) {
    return all == 0 ? 0 : (double) part / all;
  }
}
