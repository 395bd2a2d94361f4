package io.turnmill.bench;

import io.turnmill.model.ModelException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** From the arguments of a bench to its exit code. */
public final class Bench {
  private static final int WRONG_USAGE = 2;

  private Bench() {}

  /** Runs a bench, a picocli command that returns its exit code, and ends the JVM with that. */
  public static void main(Callable<Integer> bench, String[] args) {
    System.exit(
        new CommandLine(bench)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpAutoWidth(true)
            .setParameterExceptionHandler((e, arguments) -> wrongUsage(e))
            .setExecutionExceptionHandler((e, failed, parsed) -> report(e, failed))
            .execute(args));
  }

  private static int wrongUsage(ParameterException e) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    e.getCommandLine().getErr().println(name + ": " + e.getMessage());
    e.getCommandLine().getErr().println("See: " + name + " --help");
    return WRONG_USAGE;
  }

  /** What is wrong with a model takes a sentence; what is wrong with a bench, a trace. */
  private static int report(Exception e, CommandLine failed) throws Exception {
    if (!(e instanceof ModelException)) {
      throw e;
    }
    failed.getErr().println(failed.getCommandSpec().qualifiedName() + ": " + e.getMessage());
    return WRONG_USAGE;
  }
}
