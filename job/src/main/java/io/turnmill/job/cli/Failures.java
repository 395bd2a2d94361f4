package io.turnmill.job.cli;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.parquet.DamagedFileException;
import io.turnmill.job.read.UnreadableFileException;
import io.turnmill.model.ModelException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.util.ShutdownHookManager;

/** What a person reads when something went wrong, and the exit code that goes with it. */
public final class Failures {
  private Failures() {}

  /**
   * Prints the failure. Only what must be put right in Turnmill itself is called a bug.
   *
   * @param verbose whether the stack trace follows even where the sentence says all that most
   *     people need
   */
  public static ExitCode report(Throwable failure, PrintStream err, boolean verbose) {
    SetupException setup = setupError(failure);
    if (setup != null) {
      err.println("turnmill: " + setup.title());
      setup.problems().forEach(problem -> err.println("  " + problem));
      if (verbose) {
        failure.printStackTrace(err);
      }
      return ExitCode.SETUP;
    }
    if (ShutdownHookManager.get().isShutdownInProgress() && !verbose) {
      // The process was ended from outside, and what it was doing failed for that; see
      // Interruption.
      return ExitCode.ERROR;
    }
    if (comesFromOutside(failure)) {
      err.println("turnmill: the run ended with an error that is not Turnmill's own:");
    } else {
      err.println("turnmill: This is a bug. Please report it with the lines below.");
    }
    failure.printStackTrace(err);
    return ExitCode.ERROR;
  }

  /** Spark wraps what happens in its tasks: the reason may lie deep inside. */
  private static SetupException setupError(Throwable failure) {
    int depth = 0;
    for (Throwable t = failure; t != null && depth < 50; t = t.getCause(), depth++) {
      if (t instanceof SetupException setup) {
        return setup;
      }
      if (t instanceof DamagedFileException damaged) {
        return new SetupException(
            "output.path: "
                + damaged.getMessage()
                + " The same command with --restart reads the input again.");
      }
      if (t instanceof UnreadableFileException file) {
        return new SetupException("input.paths: " + file.getMessage());
      }
      if (t instanceof ModelException model) {
        boolean named = model.getMessage().startsWith("model.");
        return new SetupException((named ? "" : "model.path: ") + model.getMessage());
      }
    }
    return null;
  }

  private static boolean comesFromOutside(Throwable failure) {
    String type = failure.getClass().getName();
    return failure instanceof IOException
        || failure instanceof UncheckedIOException
        || failure instanceof InterruptedException
        || failure instanceof OutOfMemoryError
        || type.startsWith("org.apache.spark.")
        || type.startsWith("org.apache.hadoop.");
  }
}
