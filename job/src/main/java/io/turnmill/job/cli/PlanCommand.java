package io.turnmill.job.cli;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.prepare.EvenDraw;
import io.turnmill.job.report.Estimate;
import io.turnmill.job.report.Progress;
import io.turnmill.job.trial.TrialRequest;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "plan",
    header = "Checks everything that can be checked without running, counts, and runs a trial.",
    description = {
      "",
      "Takes the options of run. Checks settings, model folder, input and output; counts sessions,"
          + " turns and estimated tokens, and files of documents; prints the effective settings. Runs no model and writes"
          + " nothing, unless a trial is asked for. Given the rates of an executor, it says how long"
          + " the run takes: submit/SIZING.md tells how to measure them.",
      "",
      "With --sample it runs the model over some of the sessions, drawn evenly by length and"
          + " language, with the same settings, as run would: on the cluster, with the model. It"
          + " shows some of the results, and says how many tokens and how much time all sessions"
          + " take, with a range. The trial writes into a folder beside the output folder, and"
          + " removes it.",
      "",
      "Exit codes: 0 in order; 2 something to put right; 3 more would be rejected than"
          + " limits.max_rejected_share allows, or more of the trial's sessions failed or were"
          + " rejected than limits.* allow.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} plan --config conf/samples.conf",
      "  ${ROOT-COMMAND-NAME} plan --config my.conf --input 'chats/2025-*.csv'",
      "  ${ROOT-COMMAND-NAME} plan --config my.conf --prompt-rate 9000 --reply-rate 2500 --executors 8",
      "  ${ROOT-COMMAND-NAME} plan --config my.conf --sample 200 --executors 8"
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

    Estimate estimate(int executors) {
      if (!(prompt > 0) || !(reply > 0)) {
        throw new SetupException("--prompt-rate and --reply-rate must be above 0.");
      }
      return new Estimate(prompt, reply, executors);
    }
  }

  @ArgGroup(exclusive = false)
  private Sample sample;

  /** The last two are for the first. */
  static final class Sample {
    private static final int MOST = 10_000;

    @Option(
        names = "--sample",
        paramLabel = "N",
        required = true,
        description =
            "Run N sessions, from 1 to 10,000, as a trial, and say what all of them take.")
    private int sessions;

    @Option(
        names = "--seed",
        paramLabel = "SEED",
        defaultValue = "0",
        description = "Another seed draws other sessions for the trial. Default: 0.")
    private long seed;

    @Option(
        names = "--rows",
        paramLabel = "K",
        defaultValue = "3",
        description = "How many of the trial's results to show. Default: 3.")
    private int rows;

    TrialRequest request(int executors) {
      if (sessions < 1 || sessions > MOST) {
        throw new SetupException("--sample must be from 1 to 10,000.");
      }
      if (rows < 1) {
        throw new SetupException("--rows must be at least 1.");
      }
      return new TrialRequest(new EvenDraw(sessions, seed), rows, executors);
    }
  }

  @Option(
      names = "--executors",
      paramLabel = "N",
      description = "Executors for the time of a trial or of given rates. Default: 1.")
  private Integer executors;

  PlanCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Progress.Mode progress = sample == null ? Progress.Mode.NONE : Progress.Mode.AUTO;
    JobView view = new JobView(context.terminal(), progress, false, context.command());
    int among = executors();
    PlanRequest request =
        new PlanRequest(
            Optional.ofNullable(rates).map(given -> given.estimate(among)),
            Optional.ofNullable(sample).map(given -> given.request(among)));
    JobConfig config = settings.load();
    if (rates != null || sample != null) {
      checkAskedWhole(config);
    }
    return context.jobs().plan(config, request, view).status();
  }

  /** What is asked in how many chunks is not known before a run has read and cut the texts. */
  private static void checkAskedWhole(JobConfig config) {
    if (config.documents().isSet() || config.task().kind().isAskedInChunks()) {
      throw new SetupException(
          "--sample and the rates are for sessions that are asked as a whole. For documents, and for"
              + " task.kind = "
              + config.task().kind().wireName()
              + ", try a run over some of the files instead.");
    }
  }

  private int executors() {
    if (executors == null) {
      return 1;
    }
    if (rates == null && sample == null) {
      throw new SetupException(
          "--executors is for the time of the run, which takes --prompt-rate and --reply-rate, or"
              + " --sample.");
    }
    if (executors < 1) {
      throw new SetupException("--executors must be at least 1.");
    }
    return executors;
  }
}
