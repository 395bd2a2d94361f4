package io.turnmill.job.run;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.PreviousRun;
import io.turnmill.job.write.RunManifest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a run finds in its output folder. */
public sealed interface ResumeDecision {

  /**
   * Nothing, or something that may be replaced.
   *
   * @param replaced what is another than in the run that is replaced, one sentence each
   */
  record New(List<String> replaced) implements ResumeDecision {}

  /**
   * The same run, which stopped.
   *
   * @param startedAt when it was first started
   */
  record Resume(Instant startedAt) implements ResumeDecision {}

  /** The same run, with nothing left to do. */
  record AlreadyComplete(PreviousRun run) implements ResumeDecision {}

  /**
   * Looks, and changes nothing.
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
