package io.turnmill.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.spark.Spark;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.TextWidth;
import io.turnmill.job.write.ItemTable;
import io.turnmill.job.write.Ledger;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.PreviousRun;
import io.turnmill.job.write.RunManifest;
import io.turnmill.job.write.WrittenCounts;
import io.turnmill.task.TaskKind;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** How far the run in an output folder is, told from its files alone, with no Spark. */
public final class RunStatus {
  private static final String SESSIONS = "sessions";

  private final OutputFolder output;
  private final Configuration hadoop;
  private final List<String> lines = new ArrayList<>();

  private RunStatus(OutputFolder output, Configuration hadoop) {
    this.output = output;
    this.hadoop = hadoop;
  }

  /**
   * Lines for people.
   *
   * @throws SetupException when no run has begun there
   */
  public static List<String> lines(JobConfig config) throws IOException {
    Configuration hadoop = Spark.hadoop(config.spark());
    OutputFolder output = OutputFolder.open(config.output().path(), hadoop);
    PreviousRun run =
        output
            .previous()
            .orElseThrow(
                () -> new SetupException("output.path: no run has begun in " + output.root()));
    RunStatus status = new RunStatus(output, hadoop);
    status.add("output", output.root().toString());
    status.add("state", run.state());
    run.startedAt().ifPresent(at -> status.add("started", at.truncatedTo(ChronoUnit.SECONDS) + ""));
    if (run.state().equals(RunManifest.COMPLETE)) {
      status.complete(run);
    } else {
      status.add("writes there", output.writer());
      status.underWay(run, config);
    }
    return status.lines;
  }

  private void complete(PreviousRun run) {
    run.finishedAt().ifPresent(at -> add("finished", at.truncatedTo(ChronoUnit.SECONDS) + ""));
    if (run.books().has(SESSIONS)) {
      complete(run.books(), SESSIONS);
      long leftOut = Selections.of(run.books()).leftOut();
      if (leftOut > 0) {
        add("  left out", HumanFormat.count(leftOut));
      }
    }
    if (run.books().has(RunCounts.DOCUMENTS)) {
      complete(run.books().path(RunCounts.DOCUMENTS), RunCounts.DOCUMENTS);
    }
    if (run.books().has(TopicsRun.TOPICS)) {
      JsonNode topics = run.books().path(TopicsRun.TOPICS);
      add(TopicsRun.TOPICS, HumanFormat.count(topics.path(TopicsRun.TOPICS).asLong()));
    }
  }

  private void complete(JsonNode books, String items) {
    add(items, HumanFormat.count(books.path(items).asLong()));
    sessions(
        books.path("ok").asLong(),
        books.path("failed").asLong(),
        books.path("rejected_" + items).asLong());
  }

  private void underWay(PreviousRun run, JobConfig config) throws IOException {
    boolean areChunksAsked =
        config.task().kind() != TaskKind.ASK || !config.ask().encoder().isEmpty();
    if (!config.input().paths().isEmpty()) {
      if (config.task().kind().isAskedInChunks()) {
        inChunks(output, ItemTable.RESULTS, areChunksAsked, run);
      } else {
        whole(run, config);
      }
    }
    if (config.documents().isSet()) {
      inChunks(output.of(ItemTable.DOCUMENTS), ItemTable.DOCUMENTS, areChunksAsked, run);
    }
    if (config.task().kind() == TaskKind.TOPICS) {
      inChunks(TopicsRun.folder(output), ItemTable.TOPICS, areChunksAsked, run);
    }
  }

  private void whole(PreviousRun run, JobConfig config) throws IOException {
    Ledger ledger = output.ledger(run.identity());
    Optional<Prepared.Facts> facts = ledger.staged(Prepared.Facts.class);
    if (facts.isEmpty()) {
      add("staged", "not yet: sessions are still being grouped");
      return;
    }
    Asked asked = Asked.of(Prepared.read(facts.get(), hadoop), config);
    done(SESSIONS, ledger, asked.sessions(), new BucketCounts(asked.sessions(), asked.variants()));
  }

  /** The steps of items that are asked about in chunks, as far as they are. */
  private void inChunks(
      OutputFolder folder, ItemTable table, boolean areChunksAsked, PreviousRun run)
      throws IOException {
    String items = table.shown();
    Optional<Prepared.Facts> read =
        folder.step(ChunkedRun.ITEMS).ledger(run.identity()).staged(Prepared.Facts.class);
    if (read.isEmpty()) {
      add(items + " read", "not yet: they are still being read");
      return;
    }
    add(items + " read", HumanFormat.count(read.get().counts().sessionsTaken()));
    Ledger ofChunks = folder.step(ChunkedRun.CHUNKS).ledger(run.identity());
    Optional<Prepared.Facts> cut = ofChunks.staged(Prepared.Facts.class);
    if (cut.isEmpty()) {
      add("chunks", "not yet: " + items + " are still being cut");
      return;
    }
    if (areChunksAsked) {
      Prepared chunks = Prepared.read(cut.get(), hadoop);
      done("chunks", ofChunks, chunks, new BucketCounts(chunks));
    }
    Ledger merged = folder.ledger(run.identity());
    Optional<Prepared.Facts> joined = merged.staged(Prepared.Facts.class);
    if (joined.isEmpty()) {
      add(items + " done", "not yet: first come the chunks of all");
      return;
    }
    Prepared together = Prepared.read(joined.get(), hadoop);
    done(items, merged, together, new BucketCounts(together));
  }

  private void done(String items, Ledger ledger, Prepared staged, BucketCounts counts)
      throws IOException {
    ledger.forEach(staged.stagingDir(), counts::add);
    long all = staged.counts().sessionsTaken();
    long done = counts.sessionsDone();
    add(
        "buckets done",
        HumanFormat.count(counts.done()) + " of " + HumanFormat.count(staged.buckets().size()));
    add(
        items + " done",
        HumanFormat.count(done)
            + " of "
            + HumanFormat.count(all)
            + " ("
            + HumanFormat.share(done, all)
            + ")");
    WrittenCounts known = counts.known();
    sessions(known.ok(), known.failed(), known.rejectedItems());
  }

  private void sessions(long ok, long failed, long rejected) {
    add("  ok", HumanFormat.count(ok));
    add("  failed", HumanFormat.count(failed));
    add("  rejected", HumanFormat.count(rejected));
  }

  private void add(String label, String value) {
    lines.add(TextWidth.pad(label + " ", 16, false) + value);
  }
}
