package io.turnmill.job.cli;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.report.Estimate;
import io.turnmill.job.run.RunRequest;
import java.util.Map;
import java.util.Optional;

/** What the commands {@code run}, {@code plan} and {@code compare} start. */
public interface JobRunner {

  /** Runs the job to its end, or what is left of it. */
  ExitCode run(JobConfig config, RunRequest request, JobView view);

  /** Says how far a run is, wherever it runs. */
  ExitCode status(JobConfig config, JobView view);

  /**
   * Compares the variants of a run again.
   *
   * @param path the output folder of the run
   * @param hadoop settings of file systems, {@code spark.hadoop.*}
   */
  ExitCode compare(String path, Map<String, String> hadoop, JobView view);

  /**
   * Checks and counts, and runs no model.
   *
   * @param estimate says how long the run would take
   */
  ExitCode plan(JobConfig config, Optional<Estimate> estimate, JobView view);
}
