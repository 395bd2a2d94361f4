package io.turnmill.job;

import io.turnmill.job.config.JobConfig;

/** The job behind the command line: what {@code run} and {@code plan} start. */
public interface JobRunner {

  /** Runs the job to its end. */
  ExitCode run(JobConfig config, JobView view);

  /** Checks and counts, and runs no model. */
  ExitCode plan(JobConfig config, JobView view);
}
