package io.turnmill.job.run;

import io.turnmill.job.cache.CompletionStore;
import io.turnmill.job.infer.BucketModels;
import io.turnmill.job.prepare.BucketsBy;
import io.turnmill.job.prepare.EvenSample;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.quarantine.JobAttempt;
import io.turnmill.job.read.Archive;
import io.turnmill.job.rows.AskedItems;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.write.ItemTable;
import io.turnmill.job.write.Ledger;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.TableFormat;
import io.turnmill.session.Scope;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The sessions of a run, from the archive to the table of results. */
public final class SessionsRun {
  private final RunContext context;
  private final OutputFolder output;
  private final VariantModels models;

  public SessionsRun(RunContext context, OutputFolder output, VariantModels models) {
    this.context = context;
    this.output = output;
    this.models = models;
  }

  /**
   * Runs what is left.
   *
   * @param decision whether the run begins or is resumed
   * @param trial the only sessions that are run, if this is a trial
   * @param now when the run was started last
   */
  public PartOfRun run(
      Archive archive, ResumeDecision decision, Optional<EvenSample> trial, Instant now)
      throws IOException {
    return models.task().kind().isAskedInChunks()
        ? inChunks(archive, decision, trial, now)
        : whole(archive, decision, trial, now);
  }

  private PartOfRun inChunks(
      Archive archive, ResumeDecision decision, Optional<EvenSample> trial, Instant now)
      throws IOException {
    OutputFolder items = output.step(ChunkedRun.ITEMS);
    Prepared staged =
        staged(archive, items, items.ledger(context.identity(), context.lock()), trial);
    RunResult result =
        new ChunkedRun(
                context,
                output,
                ItemTable.RESULTS,
                models.ofItems(Scope.SESSION, decision.startedAt(now)))
            .run(staged, StagedRows.SCHEMA, decision, now);
    return new PartOfRun(result, RunCounts.of(staged, result.totals()), Map.of());
  }

  private Prepared staged(
      Archive archive, OutputFolder folder, Ledger ledger, Optional<EvenSample> trial)
      throws IOException {
    return new Staging(context.config(), context.hadoop(), trial, context.listener().notes())
        .open(archive, folder, context.lock(), ledger);
  }

  private PartOfRun whole(
      Archive archive, ResumeDecision decision, Optional<EvenSample> trial, Instant now)
      throws IOException {
    Ledger ledger = output.ledger(context.identity(), context.lock());
    Prepared staged = staged(archive, output, ledger, trial);
    Asked asked = Asked.of(context.spark(), staged, context.config(), context.hadoop());
    BucketRuns buckets =
        BucketRuns.open(context.spark(), asked, ledger, context.hadoop(), tables());
    context.listener().note(decision.progress("sessions", asked.sessions(), buckets.counts()));
    Inference inference = inference(staged, asked, decision.startedAt(now));
    buckets.run(inference, context.limits(), context.listener().progress());
    RunResult inferred = buckets.result(context.tally(), context.limits(), now);
    ledger.checkLock();
    buckets.publishRejections();
    VariantReport report = new VariantReport(models.variants(), buckets);
    RunResult result = inferred.with(report.compare(context.spark(), output, inferred));
    return new PartOfRun(
        result,
        RunCounts.of(asked.sessions(), result.totals()),
        report.forManifest(result.comparison()));
  }

  /** The format of the tables. */
  public TableFormat tables() {
    return new TableFormat(
        ItemTable.RESULTS,
        context.format(),
        models.codec(),
        context.config().output().layout(),
        context.config().output().chunks());
  }

  private Inference inference(Prepared staged, Asked asked, Instant startedAt) {
    InFlightStore inFlight =
        new InFlightStore(
            output.inFlight().toString(),
            context.hadoop(),
            JobAttempt.first(),
            context.config().limits().maxExecutorDeaths());
    BucketModels asking = models.of(asked, startedAt);
    return new Inference(
        asking, AskedItems.SESSIONS, inFlight, cache(staged), context.tally(), false);
  }

  private Optional<CompletionStore> cache(Prepared staged) {
    String path = context.config().cache().path();
    if (path.isEmpty()) {
      return Optional.empty();
    }
    if (staged.bucketsBy() != BucketsBy.SESSION) {
      context.listener().note("cache.path is not used: this run was begun without it.");
      return Optional.empty();
    }
    return Optional.of(
        new CompletionStore(path, Version.number(), staged.bucketCount(), context.hadoop()));
  }
}
