package io.turnmill.job;

import io.turnmill.job.report.Progress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "plan",
    header = "Checks everything that can be checked without running, and counts.",
    description = {
      "",
      "Takes the options of run. Checks settings, model folder, input and output; counts sessions,"
          + " turns and estimated tokens; prints the effective settings. Runs no model and writes"
          + " nothing.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} plan --config conf/samples.conf",
      "  ${ROOT-COMMAND-NAME} plan --config my.conf --input 'chats/2025-*.csv'"
    })
final class PlanCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private SettingsOptions settings;

  PlanCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JobView view = new JobView(context.terminal(), Progress.Mode.NONE, false, context.command());
    return context.jobs().plan(settings.load(), view).status();
  }
}
