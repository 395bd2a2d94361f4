package io.turnmill.job.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.config.ModelConfig.Dtype;
import io.turnmill.job.config.ModelConfig.Quantization;
import io.turnmill.job.terminal.Terminal;
import io.turnmill.job.terminal.TerminalText;
import io.turnmill.job.terminal.TextWidth;
import io.turnmill.runtime.ModelInspection;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "inspect",
    header = "Prints what is understood of a model folder.",
    description = {
      "",
      "Family, shape, parameters, memory, precision, tokenizer, end of sequence, recommended"
          + " sampling, special tokens and chat templates, a warning where replies would not end with"
          + " the turn, and everything that keeps the model from being used. Nothing is loaded; of a folder"
          + " that lies elsewhere only what is needed is read.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Exit codes: 0 the model can be used; 2 it cannot.",
      "",
      "Example:",
      "  ${ROOT-COMMAND-NAME} model inspect samples/models/chat-mini"
    })
final class ModelInspectCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NAMES = 18;

  private final CommandContext context;

  @Mixin private ModelOptions model;

  @Option(names = "--json", description = "One JSON object instead of lines for people.")
  private boolean json;

  ModelInspectCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ModelInspection inspection =
        context.models().inspect(model.model(Dtype.AUTO, Quantization.NONE), model.hadoop());
    if (json) {
      printJson(inspection);
    } else {
      print(inspection, context.terminal());
    }
    return (inspection.problems().isEmpty() ? ExitCode.OK : ExitCode.SETUP).status();
  }

  private static void print(ModelInspection inspection, Terminal terminal) {
    inspection
        .facts()
        .forEach(
            (name, value) ->
                terminal
                    .out()
                    .println(TextWidth.pad(name + " ", NAMES, false) + TerminalText.text(value)));
    terminal.out().flush();
    inspection
        .warnings()
        .forEach(warning -> terminal.err().println("Warning: " + TerminalText.line(warning)));
    if (inspection.problems().isEmpty()) {
      terminal.out().println("\nThe model can be used.");
    } else {
      terminal.err().println("The model cannot be used:");
      inspection.problems().forEach(problem -> terminal.err().println("  " + problem));
    }
  }

  private void printJson(ModelInspection inspection) {
    try {
      context
          .terminal()
          .out()
          .println(
              JSON.writeValueAsString(
                  Map.of(
                      "facts", inspection.facts(),
                      "warnings", inspection.warnings(),
                      "problems", inspection.problems())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Facts are not JSON. This is a bug.", e);
    }
  }
}
