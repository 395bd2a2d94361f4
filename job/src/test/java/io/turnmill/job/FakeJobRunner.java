package io.turnmill.job;

import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.cli.JobRunner;
import io.turnmill.job.cli.JobView;
import io.turnmill.job.cli.PlanRequest;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.run.RunRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Says what it was asked, and ends as it is told. */
final class FakeJobRunner implements JobRunner {
  final List<String> calls = new ArrayList<>();
  Supplier<ExitCode> outcome = () -> ExitCode.OK;
  JobConfig config;
  PlanRequest plan;
  JobView view;
  RunRequest request;

  @Override
  public ExitCode run(JobConfig given, RunRequest asked, JobView shown) {
    request = asked;
    return call("run", given, shown);
  }

  @Override
  public ExitCode status(JobConfig given, JobView shown) {
    return call("status", given, shown);
  }

  @Override
  public ExitCode plan(JobConfig given, PlanRequest asked, JobView shown) {
    plan = asked;
    return call("plan", given, shown);
  }

  @Override
  public ExitCode compare(String path, Map<String, String> hadoop, JobView shown) {
    calls.add("compare " + path);
    view = shown;
    return outcome.get();
  }

  private ExitCode call(String name, JobConfig given, JobView shown) {
    calls.add(name);
    config = given;
    view = shown;
    return outcome.get();
  }
}
