package io.turnmill.job;

import io.turnmill.job.config.JobConfig;

/** What stands behind the command line in a real run. */
final class Wiring {
  private Wiring() {}

  static JobRunner jobs() {
    return new JobRunner() {
      @Override
      public ExitCode run(JobConfig config, JobView view) {
        throw new IllegalStateException("the job is not wired yet");
      }

      @Override
      public ExitCode plan(JobConfig config, JobView view) {
        throw new IllegalStateException("the job is not wired yet");
      }
    };
  }

  static TemplateRenderer templates() {
    return request -> {
      throw new IllegalStateException("the template renderer is not wired yet");
    };
  }
}
