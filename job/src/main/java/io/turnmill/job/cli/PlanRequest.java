package io.turnmill.job.cli;

import io.turnmill.job.prepare.EvenDraw;
import io.turnmill.job.report.Estimate;
import io.turnmill.job.trial.TrialRequest;
import java.util.Optional;

/**
 * What a plan is to say besides the checks and counts.
 *
 * @param estimate how long the run would take, at given rates
 * @param trial what some of the sessions cost, which are run for that
 */
public record PlanRequest(Optional<Estimate> estimate, Optional<TrialRequest> trial) {

  /** How sessions are drawn for the trial. */
  public Optional<EvenDraw> draw() {
    return trial.map(TrialRequest::draw);
  }
}
