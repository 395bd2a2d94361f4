package io.turnmill.job;

import io.turnmill.job.cli.Interruption;
import io.turnmill.job.cli.JobView;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.models.CheckedVariants;
import io.turnmill.job.prepare.EvenSample;
import io.turnmill.job.report.ComparisonTable;
import io.turnmill.job.report.Progress;
import io.turnmill.job.report.Totals;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.run.RunLimits;
import io.turnmill.job.run.RunListener;
import io.turnmill.job.run.RunRequest;
import io.turnmill.job.run.RunResult;
import io.turnmill.job.run.VariantModels;
import io.turnmill.job.show.Show;
import io.turnmill.job.show.ShowRequest;
import io.turnmill.job.spark.Spark;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.trial.SessionCost;
import io.turnmill.job.trial.SessionCosts;
import io.turnmill.job.trial.TrialReport;
import io.turnmill.job.trial.TrialRequest;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.TrialFolder;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** Runs some sessions of an archive as a run would, shows them, and says what all would take. */
final class Trial {
  private final SparkSession spark;
  private final CheckedVariants variants;
  private final ModelLoaderFactory loaders;
  private final JobView view;

  /**
   * @param variants the settings and the models of the run that is tried
   */
  Trial(SparkSession spark, CheckedVariants variants, ModelLoaderFactory loaders, JobView view) {
    this.spark = spark;
    this.variants = variants;
    this.loaders = loaders;
    this.view = view;
  }

  /**
   * Runs the trial, in a folder that is gone afterwards, whatever happens.
   *
   * @param sample the sessions that are drawn
   * @return a sentence for each limit that was passed
   */
  List<String> run(EvenSample sample, TrialRequest request, Instant startedAt) throws IOException {
    Terminal terminal = view.terminal();
    terminal.out().println();
    if (sample.size() == 0) {
      terminal.out().println("No session of the archive can be asked, so no trial is run.");
      return List.of();
    }
    Configuration hadoop = Spark.hadoop(spark);
    try (TrialFolder folder = TrialFolder.beside(variants.config().output().path(), hadoop);
        Interruption interruption =
            Interruption.watch(
                terminal.err(), "the trial is not complete; nothing is kept of it.")) {
      RunResult result = pipeline(folder).run(RunRequest.trial(sample), startedAt);
      Totals totals = result.totals();
      boolean hasResults = totals.sessionsOk() + totals.sessionsFailed() > 0;
      if (hasResults) {
        ShowRequest shown =
            new ShowRequest(folder.path(), request.rows(), Optional.empty(), false, false);
        Show.print(shown, terminal, hadoop);
        terminal.out().println();
      }
      List<SessionCost> costs = hasResults ? costs(folder, sample) : List.of();
      new TrialReport(sample, askedEach(), totals, result.engine(), costs)
          .lines(request, terminal.columns())
          .forEach(terminal.out()::println);
      result
          .comparison()
          .ifPresent(
              of -> ComparisonTable.lines(of, terminal.columns()).forEach(terminal.out()::println));
      return new RunLimits(variants.config().limits()).passed(totals, 0);
    }
  }

  private Pipeline pipeline(TrialFolder folder) {
    Progress progress = new Progress(view.terminal(), view.progress(), System::nanoTime);
    RunListener listener =
        new RunListener(progress, note -> view.terminal().err().println("turnmill: " + note));
    return new Pipeline(spark, variants.forTrial(folder.path()), loaders, listener);
  }

  /** How many variants are asked about each session. */
  private int askedEach() {
    return variants.areSplit() ? 1 : variants.all().size();
  }

  private List<SessionCost> costs(TrialFolder folder, EvenSample sample) {
    HadoopConf hadoop = new HadoopConf(Spark.hadoop(spark));
    String results = OutputFolder.open(folder.path(), hadoop.get()).results().toString();
    ResultCodec<?> codec = new VariantModels(variants, loaders, hadoop).codec();
    return SessionCosts.read(spark, results, codec, sample.rule());
  }
}
