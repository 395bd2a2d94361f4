package io.turnmill.job;

import io.turnmill.job.cli.CommandContext;
import io.turnmill.job.cli.Commands;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.cli.Failures;
import io.turnmill.job.cli.SubmissionStatus;
import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.models.FolderModelTool;
import io.turnmill.job.models.FolderTemplateRenderer;
import io.turnmill.job.terminal.Terminal;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Arguments to configuration to exit code. */
public final class Main {
  /** Frames of stack traces; see log4j2.properties. */
  static final String STACK_FRAMES = "\\R\\s+(?:at|[.][.][.]) .*";

  private Main() {}

  public static void main(String[] args) {
    // Ours name their locale; some libraries write numbers and look up names by the default one.
    Locale.setDefault(Locale.ENGLISH);
    Terminal terminal = Terminal.of(System.getenv(), isInteractive());
    String master = System.getProperty("spark.master", "local");
    if (hidesFrames(terminal.interactive(), master, List.of(args))) {
      System.setProperty("turnmill.log.cut", STACK_FRAMES);
    }
    if (terminal.interactive()) {
      // A log line first removes the line with the progress; see log4j2.properties.
      System.setProperty("turnmill.log.start", "\r\u001B[K");
    }
    String command = System.getProperty("turnmill.command", "turnmill");
    CommandContext context =
        new CommandContext(
            terminal,
            command,
            new SparkJobs(FolderModelLoader::new),
            new FolderTemplateRenderer(),
            new FolderModelTool());
    ExitCode code = Commands.run(args, context);
    int status = leaveStatus(code, terminal.err()).status();
    // A cluster manager that runs the driver itself takes an exit before its own end for a failure.
    if (status != 0 || !"cluster".equals(System.getProperty("spark.submit.deployMode"))) {
      System.exit(status);
    }
  }

  /**
   * Whether stack frames are left out of the log: for a person in front of a terminal, who ran the
   * job on this machine and did not ask for them. The log of a cluster needs them.
   *
   * @param master as spark-submit was given it
   */
  static boolean hidesFrames(boolean interactive, String master, List<String> args) {
    return interactive && master.startsWith("local") && !Commands.isVerbose(args);
  }

  /** In cluster mode the script that submitted the job waits for a file with its exit code. */
  private static ExitCode leaveStatus(ExitCode code, PrintStream err) {
    String file = System.getProperty(SubmissionStatus.SETTING, "");
    if (file.isEmpty()) {
      return code;
    }
    try {
      SubmissionStatus.leave(file, code, Instant.now());
      return code;
    } catch (IOException | RuntimeException e) {
      err.println("turnmill: the exit code could not be written to " + file + ":");
      return Failures.report(e, err, true);
    }
  }

  @SuppressWarnings("SystemConsoleNull") // the console of java.base is null without a terminal
  private static boolean isInteractive() {
    System.setProperty("jdk.console", "java.base"); // others (Java 22 to 24) never are
    return System.console() != null;
  }
}
