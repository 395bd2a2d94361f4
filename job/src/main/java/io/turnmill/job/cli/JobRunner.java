package io.turnmill.job.cli;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.run.RunRequest;
import java.util.Map;

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

  /** Checks and counts, and runs a trial if one is asked for. */
  ExitCode plan(JobConfig config, PlanRequest request, JobView view);
}
