package io.turnmill.job.cli;

import io.turnmill.job.config.SetupException;
import io.turnmill.job.report.Estimate;
import io.turnmill.job.report.Progress;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "plan",
    header = "Checks everything that can be checked without running, and counts.",
    description = {
      "",
      "Takes the options of run. Checks settings, model folder, input and output; counts sessions,"
          + " turns and estimated tokens; prints the effective settings. Runs no model and writes"
          + " nothing. Given the rates of an executor, it says how long the run takes:"
          + " submit/SIZING.md tells how to measure them.",
      "",
      "Exit codes: 0 in order; 2 something to put right; 3 more would be rejected than"
          + " limits.max_rejected_share allows.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} plan --config conf/samples.conf",
      "  ${ROOT-COMMAND-NAME} plan --config my.conf --input 'chats/2025-*.csv'",
      "  ${ROOT-COMMAND-NAME} plan --config my.conf --prompt-rate 9000 --reply-rate 2500 --executors 8"
    })
final class PlanCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin private SettingsOptions settings;

  @ArgGroup(exclusive = false)
  private Rates rates;

  /** Given together or not at all. */
  static final class Rates {
    @Option(
        names = "--prompt-rate",
        paramLabel = "TOKENS",
        required = true,
        description =
            "Tokens of prompts that one executor takes in a second; with --reply-rate, says how"
                + " long the run takes.")
    private double prompt;

    @Option(
        names = "--reply-rate",
        paramLabel = "TOKENS",
        required = true,
        description = "Tokens of replies that one executor writes in a second.")
    private double reply;

    @Option(
        names = "--executors",
        paramLabel = "N",
        defaultValue = "1",
        description = "Executors for that estimate. Default: 1.")
    private int executors;

    Estimate estimate() {
      if (!(prompt > 0) || !(reply > 0) || executors < 1) {
        throw new SetupException(
            "--prompt-rate and --reply-rate must be above 0, and --executors at least 1.");
      }
      return new Estimate(prompt, reply, executors);
    }
  }

  PlanCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JobView view = new JobView(context.terminal(), Progress.Mode.NONE, false, context.command());
    Optional<Estimate> estimate = Optional.ofNullable(rates).map(Rates::estimate);
    return context.jobs().plan(settings.load(), estimate, view).status();
  }
}
