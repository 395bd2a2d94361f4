package io.turnmill.job.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.turnmill.job.config.ModelConfig.Dtype;
import io.turnmill.job.config.ModelConfig.Quantization;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.models.ModelTool;
import io.turnmill.job.terminal.TerminalText;
import io.turnmill.runtime.TextEncoder.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "encode",
    header = "Runs an encoder over a few texts and prints what comes out.",
    description = {
      "",
      "Prints a JSON object for each text, in order: its embedding, or its scores by label. For"
          + " trying a model out; archives go through the job.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} model encode models/all-MiniLM-L6-v2 --text 'Good morning!'",
      "  ${ROOT-COMMAND-NAME} model encode models/reranker --text 'opening hours' --pair 'We open at nine.'",
      "  ${ROOT-COMMAND-NAME} model encode models/sentiment --texts texts.jsonl"
    })
final class ModelEncodeCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CommandContext context;

  @Mixin private ModelOptions model;

  @Option(names = "--text", paramLabel = "TEXT", description = "A text. May be repeated.")
  private List<String> texts = new ArrayList<>();

  @Option(
      names = "--pair",
      paramLabel = "TEXT",
      description = "The second text of each --text, for models that compare two.")
  private String pair;

  @Option(
      names = "--texts",
      paramLabel = "FILE",
      description =
          "JSON lines: a string, a list of two strings, or an object with text and perhaps pair.")
  private Path file;

  @Option(
      names = "--prompt",
      paramLabel = "NAME",
      description = "Which of the model's prompts goes in front; its default one otherwise.")
  private String prompt;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "auto",
      description = "One of ${COMPLETION-CANDIDATES}. Default: auto.")
  private Dtype dtype;

  @Option(
      names = "--quantization",
      paramLabel = "HOW",
      defaultValue = "none",
      description = "One of ${COMPLETION-CANDIDATES}. Default: none.")
  private Quantization quantization;

  ModelEncodeCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<Text> all = new ArrayList<>();
    texts.forEach(text -> all.add(new Text(text, Optional.ofNullable(pair))));
    if (file != null) {
      all.addAll(read(file));
    }
    if (all.isEmpty()) {
      throw new SetupException("Nothing to encode: give --text or --texts.");
    }
    ModelTool.Vectors vectors =
        context
            .models()
            .encode(
                model.model(dtype, quantization), model.hadoop(), all, Optional.ofNullable(prompt));
    vectors
        .warnings()
        .forEach(
            warning -> context.terminal().err().println("Warning: " + TerminalText.line(warning)));
    vectors.values().forEach(vector -> context.terminal().out().println(line(vectors, vector)));
    return ExitCode.OK.status();
  }

  private static String line(ModelTool.Vectors vectors, float[] vector) {
    ObjectNode line = JSON.createObjectNode();
    if (vectors.labels().isEmpty()) {
      ArrayNode numbers = line.putArray("embedding");
      for (float number : vector) {
        numbers.add(number);
      }
    } else {
      ObjectNode scores = line.putObject("scores");
      for (int i = 0; i < vector.length; i++) {
        scores.put(vectors.labels().get(i), vector[i]);
      }
    }
    return line.toString();
  }

  private static List<Text> read(Path file) {
    List<Text> all = new ArrayList<>();
    try {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).isBlank()) {
          all.add(text(lines.get(i), file, i + 1));
        }
      }
    } catch (IOException e) {
      throw new SetupException("--texts: cannot read " + file, e);
    }
    return all;
  }

  private static Text text(String line, Path file, int number) {
    try {
      JsonNode json = JSON.readTree(line);
      JsonNode first = json.isArray() ? json.path(0) : json.isObject() ? json.path("text") : json;
      JsonNode second = json.isArray() ? json.path(1) : json.path("pair");
      if (first.isTextual() && (second.isTextual() || second.isMissingNode() || second.isNull())) {
        return new Text(first.textValue(), Optional.ofNullable(second.textValue()));
      }
    } catch (JsonProcessingException e) {
      throw new SetupException(
          String.format(Locale.ROOT, "--texts: line %d of %s is not JSON.", number, file));
    }
    throw new SetupException(
        String.format(Locale.ROOT, "--texts: line %d of %s holds no text.", number, file));
  }
}
