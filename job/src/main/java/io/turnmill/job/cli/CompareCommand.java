package io.turnmill.job.cli;

import io.turnmill.job.report.Progress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "compare",
    header = "Compares the variants of a run.",
    description = {
      "",
      "Counts again, from the results that a run with variants wrote, what the run printed at its"
          + " end: each variant by itself, and the answers of any two of them to the same turn."
          + " It is always the whole run that is compared.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} compare out/variants"})
final class CompareCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin private ResultsOptions results;

  CompareCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JobView view = new JobView(context.terminal(), Progress.Mode.NONE, false, context.command());
    return context.jobs().compare(results.path(), results.hadoop(), view).status();
  }
}
