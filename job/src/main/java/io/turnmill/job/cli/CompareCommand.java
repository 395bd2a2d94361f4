package io.turnmill.job.cli;

import io.turnmill.job.report.Progress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "compare",
    header = "Compares the variants of a run.",
    description = {
      "",
      "Counts again, from the results that a run with variants wrote, what the run printed at its"
          + " end: each variant by itself, and the answers of any two of them to the same turn.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {"", "Example:", "  ${ROOT-COMMAND-NAME} compare out/variants"})
final class CompareCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(
      paramLabel = "PATH",
      description = "Output folder of a run; on any Hadoop file system.")
  private String path;

  @Mixin private HadoopOptions hadoop;

  CompareCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JobView view = new JobView(context.terminal(), Progress.Mode.NONE, false, context.command());
    return context.jobs().compare(path, hadoop.settings(), view).status();
  }
}
