package io.turnmill.job.cli;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.report.Progress;
import io.turnmill.job.run.RunRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    header = "Runs the model over every session of an archive.",
    description = {
      "",
      "Reads the input, answers the last user turn of each session, and writes one row per"
          + " session: its messages, the model's reply, and a status. What cannot be used is"
          + " written to a table of its own, with a code that says why.",
      "",
      "A run that stopped, for whatever reason, resumes when the same command is given again: what"
          + " was staged and every bucket that was finished stay as they are.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Exit codes: 0 done; 2 something to put right (settings, paths, model, a full disk);",
      "3 more failed or was rejected than limits.* allow, which ends a run early; 1 anything else.",
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} run --config conf/samples.conf",
      "  ${ROOT-COMMAND-NAME} run --model models/qwen2 --input 'chats/*.jsonl.gz' --output out/chats",
      "  ${ROOT-COMMAND-NAME} run --config my.conf --set sampling.max_tokens=32 --overwrite",
      "  ${ROOT-COMMAND-NAME} run --config my.conf --status"
    })
final class RunCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin private SettingsOptions settings;

  @Option(
      names = "--progress",
      paramLabel = "HOW",
      defaultValue = "auto",
      description =
          "One of ${COMPLETION-CANDIDATES}: a line that is rewritten on a terminal and repeated"
              + " elsewhere; repeated lines always; nothing. Default: auto.")
  private Progress.Mode progress;

  @Option(
      names = {"-q", "--quiet"},
      description = "Neither progress nor a summary; problems are still printed.")
  private boolean quiet;

  @Option(
      names = "--status",
      description = "Say how far the run in the output folder is, and run nothing.")
  private boolean status;

  @Option(
      names = "--restart",
      description = "Start over, instead of resuming where the same run stopped.")
  private boolean restart;

  @Option(
      names = "--keep-staged",
      description = "Leave the grouped sessions in the output folder, below _turnmill/work/staged.")
  private boolean keepStaged;

  RunCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Progress.Mode shown = quiet ? Progress.Mode.NONE : progress;
    JobView view = new JobView(context.terminal(), shown, quiet, context.command());
    JobConfig config = settings.load();
    return (status
            ? context.jobs().status(config, view)
            : context.jobs().run(config, new RunRequest(restart, keepStaged), view))
        .status();
  }
}
