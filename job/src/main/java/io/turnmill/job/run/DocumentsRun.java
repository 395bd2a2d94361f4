package io.turnmill.job.run;

import io.turnmill.job.documents.StageDocuments;
import io.turnmill.job.prepare.BucketPlan;
import io.turnmill.job.prepare.Prepare;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.read.DocumentFiles;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.write.ItemTable;
import io.turnmill.job.write.Ledger;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.session.Scope;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/** The documents of a run, from files to the table of documents. */
public final class DocumentsRun {
  private final RunContext context;
  private final OutputFolder output;
  private final VariantModels models;

  /**
   * @param output the output folder of the run
   */
  public DocumentsRun(RunContext context, OutputFolder output, VariantModels models) {
    this.context = context;
    this.output = output.of(ItemTable.DOCUMENTS);
    this.models = models;
  }

  /**
   * Runs what is left.
   *
   * @param decision whether the run begins or is resumed
   * @param now when the run was started last
   */
  public PartOfRun run(DocumentFiles documents, ResumeDecision decision, Instant now)
      throws IOException {
    OutputFolder items = output.step(ChunkedRun.ITEMS);
    Ledger ledger = items.ledger(context.identity(), context.lock());
    BucketPlan spread =
        BucketPlan.choose(
            context.config().output().buckets(), documents.textBytes(), context.slots());
    StageDocuments stage =
        new StageDocuments(
            context.spark(),
            context.config().documents(),
            Prepare.Rules.ofDocuments(context.config()),
            context.hadoop());
    Prepared staged =
        new StagedStep(items, context.lock(), ledger, context.hadoop())
            .open(folder -> stage.stage(documents, spread, folder));
    RunResult result =
        new ChunkedRun(
                context,
                output,
                ItemTable.DOCUMENTS,
                models.ofItems(Scope.DOCUMENT, decision.startedAt(now)))
            .run(staged, StagedRows.STRUCTURED, decision, now);
    return new PartOfRun(result, RunCounts.ofDocuments(staged, result.totals()), Map.of());
  }
}
