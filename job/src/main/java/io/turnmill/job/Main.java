package io.turnmill.job;

import io.turnmill.job.cli.Context;
import io.turnmill.job.cli.ExitCode;
import io.turnmill.job.cli.Failures;
import io.turnmill.job.cli.SubmissionStatus;
import io.turnmill.job.cli.TurnmillCommand;
import io.turnmill.job.config.EditDistance;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.executor.FolderModelLoader;
import io.turnmill.job.hadoop.LocalEncoding;
import io.turnmill.job.models.FolderModelTool;
import io.turnmill.job.models.FolderTemplateRenderer;
import io.turnmill.job.terminal.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** Arguments to configuration to exit code. */
public final class Main {
  private static final int DEFAULT_COLUMNS = 100;

  /** Frames of stack traces; see log4j2.properties. */
  static final String STACK_FRAMES = "\\R\\s+(?:at|[.][.][.]) .*";

  private Main() {}

  public static void main(String[] args) {
    // Ours name their locale; some libraries write numbers and look up names by the default one.
    Locale.setDefault(Locale.ENGLISH);
    Terminal terminal = terminal(System.getenv(), isInteractive());
    String master = System.getProperty("spark.master", "local");
    if (hidesFrames(terminal.interactive(), master, List.of(args))) {
      System.setProperty("turnmill.log.cut", STACK_FRAMES);
    }
    if (terminal.interactive()) {
      // A log line first removes the line with the progress; see log4j2.properties.
      System.setProperty("turnmill.log.start", "\r\u001B[K");
    }
    String command = System.getProperty("turnmill.command", "turnmill");
    Context context =
        new Context(
            terminal,
            command,
            new SparkJobs(FolderModelLoader::new),
            new FolderTemplateRenderer(),
            new FolderModelTool());
    ExitCode code = run(args, context);
    int status = leaveStatus(code, terminal.err()).status();
    // A cluster manager that runs the driver itself takes an exit before its own end for a failure.
    if (status != 0 || !"cluster".equals(System.getProperty("spark.submit.deployMode"))) {
      System.exit(status);
    }
  }

  /**
   * Whether stack frames are left out of the log: for a person in front of a terminal, who ran the
   * job on this machine and did not ask for them. Who reads the log of a cluster needs them.
   *
   * @param master as spark-submit was given it
   */
  static boolean hidesFrames(boolean interactive, String master, List<String> args) {
    return interactive && master.startsWith("local") && !isVerbose(args);
  }

  private static boolean isVerbose(List<String> args) {
    return args.contains(TurnmillCommand.VERBOSE);
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

  /** Runs one command; writes to the context's terminal only. */
  static ExitCode run(String[] args, Context context) {
    PrintStream err = context.terminal().err();
    boolean verbose = isVerbose(List.of(args));
    try {
      CommandLine commandLine =
          TurnmillCommand.commandLine(context)
              .setOut(new PrintWriter(context.terminal().out(), true, StandardCharsets.UTF_8))
              .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
              .setUsageHelpWidth(Math.max(60, Math.min(context.terminal().columns(), 120)))
              .setCaseInsensitiveEnumValuesAllowed(true)
              .setExpandAtFiles(false)
              .setColorScheme(
                  CommandLine.Help.defaultColorScheme(
                      context.terminal().colour()
                          ? CommandLine.Help.Ansi.ON
                          : CommandLine.Help.Ansi.OFF))
              .setParameterExceptionHandler((e, arguments) -> wrongUsage(e))
              .setExecutionStrategy(new CheckedCommand())
              .setExecutionExceptionHandler(
                  (e, failed, parsed) -> Failures.report(e, err, verbose).status());
      return ExitCode.of(commandLine.execute(args)).orElse(ExitCode.ERROR);
    } catch (Throwable error) { // an Error, too, ends in a line for people and an exit code
      return Failures.report(error, err, verbose);
    } finally {
      context.terminal().out().flush();
      err.flush();
    }
  }

  /** Runs a command whose arguments the JVM understood; help and version are there in any case. */
  private static final class CheckedCommand extends RunLast {
    @Override
    protected List<Object> handle(ParseResult parsed) {
      try {
        LocalEncoding.checkDriver();
      } catch (SetupException e) { // picocli takes what commands throw in this form
        throw new ExecutionException(parsed.commandSpec().commandLine(), e.title(), e);
      }
      return super.handle(parsed);
    }
  }

  private static int wrongUsage(ParameterException e) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println("turnmill: " + e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched) {
      suggestion(unmatched).ifPresent(name -> err.println("Did you mean: " + name + "?"));
    }
    err.println("See: " + e.getCommandLine().getCommandSpec().qualifiedName(" ") + " --help");
    return ExitCode.SETUP.status();
  }

  /** The command or option nearest to the first argument that is neither. */
  private static Optional<String> suggestion(UnmatchedArgumentException e) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    Set<String> names = new TreeSet<>(command.optionsMap().keySet());
    names.removeIf(name -> !name.startsWith("--"));
    names.addAll(command.subcommands().keySet());
    return e.getUnmatched().stream()
        .findFirst()
        .flatMap(typed -> EditDistance.nearest(typed.replaceFirst("=.*", ""), names));
  }

  /** Standard output and error in UTF-8, whatever the locale: archives hold every script. */
  static Terminal terminal(Map<String, String> environment, boolean interactive) {
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    boolean colour =
        interactive
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !"dumb".equals(environment.get("TERM"));
    String columns = environment.getOrDefault("COLUMNS", "");
    boolean sensible = columns.matches("[1-9][0-9]{1,3}");
    int width = sensible ? Integer.parseInt(columns) : DEFAULT_COLUMNS;
    return new Terminal(out, err, interactive, colour, width);
  }

  @SuppressWarnings("SystemConsoleNull") // the console of java.base is null without a terminal
  private static boolean isInteractive() {
    System.setProperty("jdk.console", "java.base"); // others (Java 22 to 24) never are
    return System.console() != null;
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
