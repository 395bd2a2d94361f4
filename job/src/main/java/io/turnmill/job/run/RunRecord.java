package io.turnmill.job.run;

import io.turnmill.job.report.Totals;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.RunManifest;
import io.turnmill.job.write.TableFormat;
import java.io.IOException;
import java.time.Instant;

/** What the output folder says about a run from its start to its end, in the run's manifest. */
public final class RunRecord {
  private final OutputFolder output;
  private final RunManifest manifest;

  private RunRecord(OutputFolder output, RunManifest manifest) {
    this.output = output;
    this.manifest = manifest;
  }

  /**
   * Makes the folder that of this run. While a new run removes what an earlier one left, the
   * manifest says that there is nothing to resume.
   */
  public static RunRecord begin(
      OutputFolder output, RunManifest manifest, RunIdentity identity, ResumeDecision decision)
      throws IOException {
    if (decision instanceof ResumeDecision.New) {
      output.write(manifest);
      output.clear();
      output.writeListing(identity.listing());
    }
    output.write(manifest.running());
    return new RunRecord(output, manifest);
  }

  /**
   * Records the end of the run. A complete one loses its work folder.
   *
   * @param ended what the manifest says of the end
   * @param format of the tables, of which one has no rows if nothing was rejected
   */
  public void end(RunResult result, RunManifest.Ended ended, TableFormat format, boolean keepStaged)
      throws IOException {
    if (!result.complete()) {
      output.write(manifest.stopped(Instant.now(), ended));
      return;
    }
    for (Totals totals : result.ofAllItems()) {
      if (!totals.balanced()) {
        throw new IllegalStateException("The books do not balance: " + totals + ". This is a bug.");
      }
    }
    if (result.ofAllItems().stream().allMatch(Totals::hasNoRejections)) {
      output.writeNoRejections(format);
    }
    output.write(manifest.complete(Instant.now(), ended));
    output.removeWork(keepStaged);
  }
}
