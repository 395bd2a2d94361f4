package io.turnmill.job.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
    name = "turnmill",
    versionProvider = VersionLines.class,
    header = "Runs a language model over every conversation of an archive, on Apache Spark.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Begin with:",
      "  ${ROOT-COMMAND-NAME} run --config conf/samples.conf",
      "  ${ROOT-COMMAND-NAME} show out/samples",
      "",
      "Each command has a --help of its own."
    })
public final class TurnmillCommand implements Callable<Integer> {
  public static final String VERBOSE = "--verbose";

  @Spec private CommandSpec spec;

  @SuppressWarnings("UnusedVariable") // picocli looks at the annotation
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "This help.")
  private boolean help;

  @SuppressWarnings("UnusedVariable")
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "The version.")
  private boolean version;

  @SuppressWarnings("UnusedVariable") // Main looks for it before there is a log
  @Option(
      names = VERBOSE,
      scope = ScopeType.INHERIT,
      description = "Shows stack traces on a terminal, too.")
  private boolean verbose;

  /** Without a command there is nothing to do: the help, and the exit code of wrong usage. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.SETUP.status();
  }

  /** The whole command line. */
  public static CommandLine commandLine(CommandContext context) {
    CommandLine template = new CommandLine(new TemplateCommand());
    template.addSubcommand(new TemplateRenderCommand(context));
    CommandLine model = new CommandLine(new ModelCommand());
    model.addSubcommand(new ModelInspectCommand(context));
    model.addSubcommand(new ModelEncodeCommand(context));
    return new CommandLine(new TurnmillCommand())
        .addSubcommand(new RunCommand(context))
        .addSubcommand(new PlanCommand(context))
        .addSubcommand(new ShowCommand(context))
        .addSubcommand(new CompareCommand(context))
        .addSubcommand(new ExportCommand(context))
        .addSubcommand(model)
        .addSubcommand(template)
        .addSubcommand(new ConfigCommand(context))
        .addSubcommand(new SubmissionStatusCommand(context))
        .setCommandName(context.command());
  }

  @Command(
      name = "template",
      header = "Works with chat templates.",
      synopsisSubcommandLabel = "COMMAND",
      commandListHeading = "%nCommands:%n")
  static final class TemplateCommand extends Group {}

  @Command(
      name = "model",
      header = "Looks at model folders, and tries encoders out.",
      synopsisSubcommandLabel = "COMMAND",
      commandListHeading = "%nCommands:%n")
  static final class ModelCommand extends Group {}

  /** A command that has further ones and does nothing by itself. */
  abstract static class Group implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      spec.commandLine().usage(spec.commandLine().getErr());
      return ExitCode.SETUP.status();
    }
  }
}
