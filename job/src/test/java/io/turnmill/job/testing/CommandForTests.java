package io.turnmill.job.testing;

import io.turnmill.job.SparkJobsForTests;
import io.turnmill.job.cli.CommandContext;
import io.turnmill.job.cli.Commands;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.cli.JobRunner;
import io.turnmill.job.models.FolderModelTool;
import io.turnmill.job.models.FolderTemplateRenderer;
import io.turnmill.job.models.TemplateRenderer;
import io.turnmill.job.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The command line in this JVM, and everything that it printed. */
public final class CommandForTests {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final StringBuilder printed = new StringBuilder();
  private final JobRunner jobs;
  private final TemplateRenderer templates;

  /** With a model that is not real. */
  public CommandForTests() {
    this(new SharedSparkJobs(SparkJobsForTests.with(FakeModelLoader::new)));
  }

  public CommandForTests(JobRunner jobs) {
    this(jobs, new FolderTemplateRenderer());
  }

  public CommandForTests(JobRunner jobs, TemplateRenderer templates) {
    this.jobs = jobs;
    this.templates = templates;
  }

  public ExitCode run(String... arguments) {
    out.reset();
    err.reset();
    Terminal terminal =
        Terminal.plain(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    ExitCode code =
        Commands.run(
            arguments,
            new CommandContext(
                terminal, "submit/local.sh", jobs, templates, new FolderModelTool()));
    printed.append(out()).append(err());
    return code;
  }

  /** Of the latest command. */
  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Of the latest command. */
  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Of all commands. */
  public String printed() {
    return printed.toString();
  }
}
