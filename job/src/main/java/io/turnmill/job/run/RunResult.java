package io.turnmill.job.run;

import io.turnmill.job.report.EngineWork;
import io.turnmill.job.report.Totals;
import java.util.List;

/**
 * What a run ends with.
 *
 * @param totals its counts, of what was written
 * @param engine what its engines did since the run was started last
 * @param passed a sentence for each limit that was passed
 * @param complete whether everything was done; otherwise a limit was passed while something was
 *     left
 */
public record RunResult(Totals totals, EngineWork engine, List<String> passed, boolean complete) {
  public RunResult {
    passed = List.copyOf(passed);
  }

  /** Whether everything was done, and no limit was passed. */
  public boolean isGood() {
    return complete && passed.isEmpty();
  }
}
