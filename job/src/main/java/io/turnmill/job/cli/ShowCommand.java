package io.turnmill.job.cli;

import io.turnmill.job.show.Show;
import io.turnmill.job.show.ShowRequest;
import io.turnmill.job.spark.Spark;
import io.turnmill.job.terminal.Terminal;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "show",
    header = "Prints results as conversations and documents.",
    description = {
      "",
      "Each session with its messages, and the model's reply (▶ model) after the user turn that it"
          + " answers. Messages after that turn were not shown to the model and are marked so.",
      "",
      "Of a run that looked for topics: the topics, the largest first.",
      "",
      "Each document with what is known of it and the result for all of it. An answer has its place"
          + " in the text and the lines around it (│), in which it is »marked«.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} show out/samples",
      "  ${ROOT-COMMAND-NAME} show out/samples --session 4711",
      "  ${ROOT-COMMAND-NAME} show out/samples --rejected --rows 50",
      "  ${ROOT-COMMAND-NAME} show out/documents --rows 1",
      "  ${ROOT-COMMAND-NAME} show out/topics",
      "  ${ROOT-COMMAND-NAME} show out/variants --variants --width 160"
    })
final class ShowCommand implements Callable<Integer> {
  private static final int NARROWEST = 20;

  private final CommandContext context;

  @Spec private CommandSpec spec;

  @Mixin private ResultsOptions results;

  @Option(
      names = {"-n", "--rows"},
      paramLabel = "N",
      defaultValue = "5",
      description = "How many sessions and documents, or rejected rows, to print. Default: 5.")
  private int rows;

  @Option(
      names = {"--session", "--document"},
      paramLabel = "ID",
      description = "Only the session or the document of this id.")
  private String id;

  @Option(
      names = "--variants",
      description =
          "The answers of the variants beside each other where the width allows it, instead of one"
              + " after the other.")
  private boolean variants;

  @Option(names = "--rejected", description = "What was rejected, and why, instead of results.")
  private boolean rejected;

  @Option(
      names = "--width",
      paramLabel = "COLUMNS",
      description = "Columns to use. Default: those of the terminal.")
  private Integer width;

  @Option(
      names = {"--no-color", "--no-colour"},
      description = "No colours. Elsewhere than on a terminal there are none anyway.")
  private boolean noColour;

  ShowCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    if (rows < 1) {
      throw new ParameterException(spec.commandLine(), "--rows must be at least 1");
    }
    if (width != null && width < NARROWEST) {
      throw new ParameterException(spec.commandLine(), "--width must be at least " + NARROWEST);
    }
    Terminal terminal = context.terminal();
    terminal = noColour ? terminal.withColour(false) : terminal;
    terminal = width != null ? terminal.withColumns(width) : terminal;
    ShowRequest request =
        new ShowRequest(results.path(), rows, Optional.ofNullable(id), rejected, variants);
    Show.print(request, terminal, Spark.hadoop(results.hadoop()));
    return ExitCode.OK.status();
  }
}
