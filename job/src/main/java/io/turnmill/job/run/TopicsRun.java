package io.turnmill.job.run;

import io.turnmill.job.chunks.ChunkSteps;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.report.Totals;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.topics.FoundTopics;
import io.turnmill.job.topics.StageTopics;
import io.turnmill.job.topics.TopicItems;
import io.turnmill.job.topics.TopicTables;
import io.turnmill.job.write.ItemTable;
import io.turnmill.job.write.Ledger;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.session.Scope;
import io.turnmill.task.TaskOptions.Topics;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The topics of a run, from the vectors of its sessions and documents to the tables of topics: they
 * are clustered, and what belongs together is summed up as long texts are.
 */
public final class TopicsRun {
  /** The step in which topics are found and named. */
  static final String TOPICS = "topics";

  private final RunContext context;
  private final OutputFolder output;
  private final VariantModels models;

  /**
   * @param output the output folder of the run
   */
  public TopicsRun(RunContext context, OutputFolder output, VariantModels models) {
    this.context = context;
    this.output = output;
    this.models = models;
  }

  /**
   * Runs what is left, once all sessions and documents have vectors.
   *
   * @param decision whether the run begins or is resumed
   * @param now when the run was started last
   */
  public PartOfRun run(ResumeDecision decision, Instant now) throws IOException {
    OutputFolder step = folder(output);
    OutputFolder items = step.step(ChunkedRun.ITEMS);
    Ledger ledger = items.ledger(context.identity(), context.lock());
    Topics options = (Topics) models.task();
    StageTopics stage = new StageTopics(context.spark(), options, context.hadoop());
    Prepared staged =
        new StagedStep(items, context.lock(), ledger, context.hadoop())
            .open(folder -> stage.stage(items(), context.slots(), folder));
    RunResult result =
        new ChunkedRun(
                context.with(context.config().forTopics()),
                step,
                ItemTable.TOPICS,
                models.inChunks(Scope.DOCUMENT, decision.startedAt(now)))
            .run(staged, StagedRows.STRUCTURED, decision, now);
    FoundTopics found = FoundTopics.read(staged.stagingDir(), context.hadoop().get());
    if (result.complete()) {
      if (!result.totals().balanced()) {
        throw new IllegalStateException("The books of topics do not balance. This is a bug.");
      }
      write(staged.stagingDir(), step);
      tell(found);
    }
    return new PartOfRun(result, books(found, result.totals()), Map.of());
  }

  /** The folder of the step, below that of the run. */
  static OutputFolder folder(OutputFolder output) {
    return output.step(TOPICS).of(ItemTable.TOPICS);
  }

  /** The sessions, and the documents, as far as there are some. */
  private List<TopicItems> items() throws IOException {
    List<TopicItems> items = new ArrayList<>();
    add(items, Scope.SESSION, output, output.results(), "session_id");
    add(items, Scope.DOCUMENT, output.of(ItemTable.DOCUMENTS), output.documents(), "id");
    return items;
  }

  private void add(List<TopicItems> items, Scope scope, OutputFolder folder, Path table, String id)
      throws IOException {
    Optional<Prepared.Facts> chunks =
        folder.step(ChunkedRun.CHUNKS).ledger(context.identity()).staged(Prepared.Facts.class);
    if (chunks.isPresent() && hasFiles(table)) {
      Dataset<Row> vectors =
          context.spark().read().parquet(table.toString()).withColumnRenamed(id, "id");
      Prepared cut = Prepared.read(chunks.get(), context.hadoop().get());
      items.add(
          new TopicItems(
              scope, vectors, new ChunkSteps(context.spark(), context.hadoop()).openings(cut)));
    }
  }

  private boolean hasFiles(Path table) throws IOException {
    FileSystem files = table.getFileSystem(context.hadoop().get());
    return files.exists(table) && files.listFiles(table, /* recursive= */ true).hasNext();
  }

  private void write(String staged, OutputFolder step) throws IOException {
    context.lock().check();
    new TopicTables(context.spark(), context.hadoop(), context.format())
        .write(
            staged,
            step.topics(),
            step.rejected(),
            new TopicTables.Target(output.topics(), output.topicMembers()));
    context.lock().check();
  }

  private void tell(FoundTopics found) {
    context
        .listener()
        .note(
            String.format(
                Locale.ROOT,
                "%s, to which %,d of %,d texts belong (%.1f %%): see %s.",
                HumanFormat.count(found.clusters().size(), "topic", "topics"),
                found.covered(),
                found.items(),
                100 * found.coverage(),
                output.topics()));
  }

  private static Map<String, Object> books(FoundTopics found, Totals totals) {
    Map<String, Object> books = new LinkedHashMap<>();
    books.put("topics", found.clusters().size());
    books.put("items", found.items());
    books.put("covered", found.covered());
    books.put("coverage", found.coverage());
    books.put("ok", totals.sessionsOk());
    books.put("failed", totals.sessionsFailed());
    books.put("rejected", totals.sessionsRejected());
    books.putAll(totals.counters());
    return books;
  }
}
