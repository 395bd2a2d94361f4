package io.turnmill.job.run;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.spark.Spark;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.terminal.TextWidth;
import io.turnmill.job.write.Ledger;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.PreviousRun;
import io.turnmill.job.write.RunManifest;
import io.turnmill.job.write.WrittenCounts;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** How far the run in an output folder is, told from its files alone, with no Spark. */
public final class RunStatus {
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
    add("sessions", HumanFormat.count(run.books().path("sessions").asLong()));
    sessions(
        run.books().path("ok").asLong(),
        run.books().path("failed").asLong(),
        run.books().path("rejected_sessions").asLong());
    long leftOut = Selections.of(run.books()).leftOut();
    if (leftOut > 0) {
      add("  left out", HumanFormat.count(leftOut));
    }
  }

  private void underWay(PreviousRun run, JobConfig config) throws IOException {
    Ledger ledger = output.ledger(run.identity());
    Optional<Prepared.Facts> facts = ledger.staged(Prepared.Facts.class);
    if (facts.isEmpty()) {
      add("staged", "not yet: sessions are still being grouped");
      return;
    }
    Asked asked = Asked.of(Prepared.read(facts.get(), hadoop), config);
    Prepared staged = asked.sessions();
    BucketCounts counts = new BucketCounts(staged, asked.variants());
    ledger.forEach(staged.stagingDir(), counts::add);
    long all = staged.counts().sessionsTaken();
    long sessions = counts.sessionsDone();
    add(
        "buckets done",
        HumanFormat.count(counts.done()) + " of " + HumanFormat.count(staged.buckets().size()));
    add(
        "sessions done",
        HumanFormat.count(sessions)
            + " of "
            + HumanFormat.count(all)
            + " ("
            + HumanFormat.share(sessions, all)
            + ")");
    WrittenCounts known = counts.known();
    sessions(known.ok(), known.failed(), known.rejected("session"));
  }

  private void sessions(long ok, long failed, long rejected) {
    add("  ok", HumanFormat.count(ok));
    add("  failed", HumanFormat.count(failed));
    add("  rejected", HumanFormat.count(rejected));
  }

  private void add(String label, String value) {
    lines.add(TextWidth.pad(label, 16, false) + value);
  }
}
