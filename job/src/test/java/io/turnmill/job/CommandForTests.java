package io.turnmill.job;

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
final class CommandForTests {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final StringBuilder printed = new StringBuilder();
  private final JobRunner jobs;
  private final TemplateRenderer templates;

  /** With a model that is not real. */
  CommandForTests() {
    this(new SharedSparkJobs(new SparkJobs(FakeModelLoader::new)));
  }

  CommandForTests(JobRunner jobs) {
    this(jobs, new FolderTemplateRenderer());
  }

  CommandForTests(JobRunner jobs, TemplateRenderer templates) {
    this.jobs = jobs;
    this.templates = templates;
  }

  ExitCode run(String... arguments) {
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
  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Of the latest command. */
  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Of all commands. */
  String printed() {
    return printed.toString();
  }
}
