package io.turnmill.job.run;

import io.turnmill.job.prepare.EvenSample;
import java.util.Optional;

/**
 * How a run is to be made, besides its settings.
 *
 * @param restart what is there of the same run is thrown away instead of resumed
 * @param keepStaged the staged sessions stay in the output folder when the run is complete
 * @param trial the only sessions that are run, if this is a trial
 */
public record RunRequest(boolean restart, boolean keepStaged, Optional<EvenSample> trial) {
  /** A run of all sessions. */
  public RunRequest(boolean restart, boolean keepStaged) {
    this(restart, keepStaged, Optional.empty());
  }

  /** A run of the sessions that are drawn for a trial. */
  public static RunRequest trial(EvenSample sample) {
    return new RunRequest(false, false, Optional.of(sample));
  }
}
