package io.turnmill.job.run;

import io.turnmill.job.chunks.ChunkSteps;
import io.turnmill.job.chunks.ChunkSteps.Answers;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.OutputConfig.Layout;
import io.turnmill.job.infer.AskedModel;
import io.turnmill.job.infer.BucketModels;
import io.turnmill.job.prepare.BucketPlan;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.quarantine.JobAttempt;
import io.turnmill.job.rows.AskedItems;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.rows.VariantBuckets;
import io.turnmill.job.write.ItemTable;
import io.turnmill.job.write.Ledger;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.TableFormat;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/**
 * Runs items that are asked about in chunks, from staged items to their table: they are cut, the
 * chunks are asked about like items of their own, and then each item gets one result of what was
 * answered about its chunks.
 */
public final class ChunkedRun {
  /** The step in which items are read and staged. */
  static final String ITEMS = "items";

  /** The step in which they are cut, and their chunks are asked about. */
  static final String CHUNKS = "chunks";

  private final RunContext context;
  private final OutputFolder output;
  private final ItemTable table;
  private final Models models;

  /**
   * The models of both steps.
   *
   * @param chunks the model that is asked about chunks, or by whose tokens they are cut
   * @param items the one that makes results of the answers
   * @param areChunksAsked whether chunks are asked about by themselves
   */
  public record Models(AskedModel chunks, AskedModel items, boolean areChunksAsked) {}

  /**
   * @param output the folder of the items' table
   * @param table what the items are
   */
  public ChunkedRun(RunContext context, OutputFolder output, ItemTable table, Models models) {
    this.context = context;
    this.output = output;
    this.table = table;
    this.models = models;
  }

  /**
   * Runs what is left.
   *
   * @param items the staged items
   * @param columns of their rows
   * @param decision whether the run begins or is resumed
   * @param begunAt when the run was started last
   */
  public RunResult run(Prepared items, StructType columns, ResumeDecision decision, Instant begunAt)
      throws IOException {
    JobConfig config = context.config();
    if (!config.cache().path().isEmpty()) {
      context.listener().note("cache.path is not used for what is asked about in chunks.");
    }
    ChunkSteps steps = new ChunkSteps(context.spark(), context.hadoop());
    OutputFolder chunkFolder = output.step(CHUNKS);
    Ledger chunkLedger = chunkFolder.ledger(context.identity(), context.lock());
    BucketPlan spread =
        BucketPlan.choose(config.output().buckets(), items.counts().characters(), context.slots());
    Prepared chunks =
        new StagedStep(chunkFolder, context.lock(), chunkLedger, context.hadoop())
            .open(
                folder ->
                    steps.cut(
                        items,
                        columns,
                        models.chunks().loader(),
                        context.tally().engines(),
                        config.chunk(),
                        spread,
                        folder));
    ResultCodec<?> ofChunks = models.chunks().codec();
    Optional<Answers> answers = Optional.empty();
    if (models.areChunksAsked()) {
      RunResult asked = ask(chunks, chunkFolder, chunkLedger, decision, begunAt);
      if (!asked.complete()) {
        return asked.before(RunCounts.notAsked(items.counts(), asked.totals().elapsed()));
      }
      answers = Optional.of(new Answers(chunkFolder.results(), chunkFolder.rejected(), ofChunks));
    }
    context.lock().check();
    Ledger ledger = output.ledger(context.identity(), context.lock());
    Optional<Answers> answered = answers;
    Prepared joined =
        new StagedStep(output, context.lock(), ledger, context.hadoop())
            .open(
                folder -> steps.join(items, columns, chunks, answered, ofChunks.columns(), folder));
    BucketRuns merged = buckets(joined, ledger, table, models.items());
    merged.run(
        inference(models.items(), chunked(ofChunks), output, false),
        context.limits(),
        context.listener().progress().of(table.shown()));
    RunResult result = merged.result(context.tally(), context.limits(), begunAt);
    ledger.checkLock();
    merged.publishRejections();
    return result;
  }

  /** Asks about the chunks. */
  private RunResult ask(
      Prepared chunks, OutputFolder folder, Ledger ledger, ResumeDecision decision, Instant begunAt)
      throws IOException {
    BucketRuns asked = buckets(chunks, ledger, ItemTable.RESULTS, models.chunks());
    context.listener().note(decision.progress(CHUNKS, chunks, asked.counts()));
    asked.run(
        inference(models.chunks(), AskedItems.CHUNKS, folder, true),
        context.limits(),
        context.listener().progress().of("chunks"));
    return asked.result(context.tally(), context.limits(), begunAt);
  }

  private <A> AskedItems chunked(ResultCodec<A> ofChunks) {
    boolean allowPartial =
        switch (context.config().documents().failedChunk()) {
          case PARTIAL -> true;
          case FAIL -> false;
        };
    return new AskedItems.Chunked<>(ofChunks, allowPartial);
  }

  private BucketRuns buckets(Prepared staged, Ledger ledger, ItemTable of, AskedModel model)
      throws IOException {
    Asked asked = new Asked(staged, new VariantBuckets(1, staged.bucketCount(), false));
    return BucketRuns.open(
        context.spark(),
        asked,
        ledger,
        context.hadoop(),
        new TableFormat(
            of,
            context.format(),
            model.codec(),
            Layout.SESSION,
            context.config().output().chunks()));
  }

  private Inference inference(
      AskedModel model, AskedItems items, OutputFolder folder, boolean keepsModels) {
    InFlightStore inFlight =
        new InFlightStore(
            folder.inFlight().toString(),
            context.hadoop(),
            JobAttempt.first(),
            context.config().limits().maxExecutorDeaths());
    return new Inference(
        BucketModels.only(model), items, inFlight, Optional.empty(), context.tally(), keepsModels);
  }
}
