package io.turnmill.job.run;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.report.EngineWork;
import io.turnmill.job.report.Totals;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.PreviousRun;
import io.turnmill.job.write.RunManifest;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a run begins, is resumed or is complete already, by what its output folder holds. */
public sealed interface ResumeDecision {

  /** When the run was first started, given that it is started now. */
  Instant startedAt(Instant now);

  /** What people should know of the decision, one sentence each. */
  List<String> notes();

  /**
   * How far the run is, if it is resumed: a sentence.
   *
   * @param items what is in the buckets
   */
  default List<String> progress(String items, Prepared staged, BucketCounts counts) {
    return List.of();
  }

  /**
   * A run from its start: the folder holds nothing, or something that may be replaced.
   *
   * @param replaced what has changed since the run that is replaced, one sentence each
   */
  record New(List<String> replaced) implements ResumeDecision {
    @Override
    public Instant startedAt(Instant now) {
      return now;
    }

    @Override
    public List<String> notes() {
      List<String> notes = new ArrayList<>();
      if (!replaced.isEmpty()) {
        notes.add("This replaces another run. Changed:");
        replaced.forEach(change -> notes.add("  " + change));
      }
      return notes;
    }
  }

  /**
   * The same run, which stopped.
   *
   * @param begunAt when it was first started
   */
  record Resume(Instant begunAt) implements ResumeDecision {
    @Override
    public Instant startedAt(Instant now) {
      return begunAt;
    }

    @Override
    public List<String> notes() {
      return List.of();
    }

    @Override
    public List<String> progress(String items, Prepared staged, BucketCounts counts) {
      return List.of(
          "This resumes the run of %s: %s of %s buckets are done, with %s of %s %s."
              .formatted(
                  begunAt.truncatedTo(ChronoUnit.SECONDS),
                  HumanFormat.count(counts.done()),
                  HumanFormat.count(staged.buckets().size()),
                  HumanFormat.count(counts.sessionsDone()),
                  HumanFormat.count(staged.counts().sessionsTaken()),
                  items));
    }
  }

  /** The same run, with nothing left to do. */
  record AlreadyComplete(PreviousRun run) implements ResumeDecision {
    @Override
    public Instant startedAt(Instant now) {
      return run.startedAt().orElse(now);
    }

    @Override
    public List<String> notes() {
      return List.of("This run is complete; nothing is left to do. --restart starts it over.");
    }

    /** What that run ended with, by the limits of now. */
    public RunResult result(RunLimits limits) {
      Totals totals = RunCounts.totals(run);
      Optional<Totals> documents = RunCounts.documents(run);
      List<String> passed = new ArrayList<>(limits.passed(totals, 0));
      documents.ifPresent(of -> passed.addAll(limits.passed(of, 0)));
      return new RunResult(totals, documents, EngineWork.NONE, passed, Optional.empty(), true);
    }
  }

  /**
   * Looks at the folder, and changes nothing.
   *
   * @throws SetupException when the folder holds something that must not be replaced
   */
  static ResumeDecision of(
      OutputFolder output, RunIdentity identity, boolean overwrite, RunRequest request)
      throws IOException {
    output.checks().holdsOursAlone(overwrite);
    Optional<PreviousRun> previous = output.previous();
    if (previous.isEmpty()) {
      return new New(List.of());
    }
    PreviousRun run = previous.get();
    List<String> changes = identity.changesSince(run);
    if (!changes.isEmpty() && !overwrite && output.hasWork()) {
      throw refused(output, changes);
    }
    if (!changes.isEmpty() || request.restart() || run.startedAt().isEmpty()) {
      return new New(changes);
    }
    return switch (run.state()) {
      case RunManifest.COMPLETE ->
          output.hasTables() ? new AlreadyComplete(run) : new New(List.of());
      case RunManifest.RUNNING, RunManifest.STOPPED -> new Resume(run.startedAt().get());
      default -> new New(List.of());
    };
  }

  private static SetupException refused(OutputFolder output, List<String> changes) {
    List<String> problems = new ArrayList<>();
    changes.forEach(change -> problems.add("changed: " + change));
    problems.add(
        "Choose another folder, add --overwrite to replace what is there, or put back what changed.");
    return new SetupException(
        "output.path: " + output.root() + " holds the results of another run.", problems);
  }
}
