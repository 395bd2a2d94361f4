package io.turnmill.job;

import io.turnmill.job.cli.JobRunner;
import io.turnmill.job.executor.ModelLoaderFactory;

/** The commands {@code run} and {@code plan} for tests of other packages. */
public final class SparkJobsForTests {
  private SparkJobsForTests() {}

  /**
   * The commands with a model of the test's own.
   *
   * @param loaders makes what loads the model on executors
   */
  public static JobRunner with(ModelLoaderFactory loaders) {
    return new SparkJobs(loaders);
  }
}
