package io.turnmill.job.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "submission-status",
    hidden = true,
    header = "Ends with the exit code that a job left; for the scripts in submit/.")
final class SubmissionStatusCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "FILE", description = "Where the job was told to leave it.")
  private String file;

  SubmissionStatusCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    Optional<ExitCode> code = SubmissionStatus.take(file);
    if (code.isEmpty()) {
      context
          .terminal()
          .err()
          .println(
              "turnmill: the driver left no exit code in "
                  + file
                  + ": it did not start, was killed, or could not write there. The driver's log"
                  + " says more.");
    }
    return code.orElse(ExitCode.ERROR).status();
  }
}
