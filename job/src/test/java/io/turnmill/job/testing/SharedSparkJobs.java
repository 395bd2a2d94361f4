package io.turnmill.job.testing;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.cli.JobRunner;
import io.turnmill.job.cli.JobView;
import io.turnmill.job.cli.PlanRequest;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.run.RunRequest;
import java.util.Map;
import java.util.function.Supplier;

/** The commands in a Spark session that stays for the next one with the same settings. */
public record SharedSparkJobs(JobRunner jobs) implements JobRunner {
  @Override
  public ExitCode run(JobConfig config, RunRequest request, JobView view) {
    return shared(config, () -> jobs.run(config, request, view));
  }

  @Override
  public ExitCode status(JobConfig config, JobView view) {
    return jobs.status(config, view);
  }

  @Override
  public ExitCode plan(JobConfig config, PlanRequest request, JobView view) {
    return shared(config, () -> jobs.plan(config, request, view));
  }

  @Override
  public ExitCode compare(String path, Map<String, String> hadoop, JobView view) {
    return shared(hadoop, () -> jobs.compare(path, hadoop, view));
  }

  private static ExitCode shared(JobConfig config, Supplier<ExitCode> command) {
    return shared(config.spark(), command);
  }

  private static ExitCode shared(Map<String, String> settings, Supplier<ExitCode> command) {
    SparkForTests.session(settings);
    try {
      return command.get();
    } catch (SetupException e) {
      throw e;
    } catch (Exception | Error e) {
      SparkForTests.stop(); // tasks of a command that broke may still be running
      throw e;
    }
  }
}
