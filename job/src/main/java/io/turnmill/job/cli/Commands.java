package io.turnmill.job.cli;

import io.turnmill.job.config.EditDistance;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.LocalEncoding;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

/** Runs one command of the command line, and turns whatever becomes of it into an exit code. */
public final class Commands {
  private Commands() {}

  /** Whether stack traces are asked for. */
  public static boolean isVerbose(List<String> args) {
    return args.contains(TurnmillCommand.VERBOSE);
  }

  /** Runs one command, which writes to the context's terminal only. */
  public static ExitCode run(String[] args, CommandContext context) {
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
}
