package io.turnmill.job.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.models.TemplateRenderer;
import io.turnmill.job.terminal.TerminalText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "render",
    header = "Prints the prompt that a model would be asked.",
    description = {
      "",
      "Renders a conversation with the model's own chat template, special tokens spelt out.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Example:",
      "  echo '[{\"role\": \"user\", \"content\": \"Good morning!\"}]' > hello.json",
      "  ${ROOT-COMMAND-NAME} template render --model samples/models/chat-mini --messages hello.json"
    })
final class TemplateRenderCommand implements Callable<Integer> {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final TypeReference<List<Map<String, Object>>> MAPS = new TypeReference<>() {};

  private final CommandContext context;

  @Option(names = "--model", paramLabel = "PATH", required = true, description = "Model folder.")
  private String model;

  @Option(
      names = "--template",
      paramLabel = "FILE",
      description = "Jinja file used instead of the model's own template.")
  private String template;

  @Option(
      names = "--messages",
      paramLabel = "FILE",
      required = true,
      description = "JSON: a list of messages, or an object with a field messages.")
  private Path messages;

  @Option(names = "--tools", paramLabel = "FILE", description = "JSON: a list of tools.")
  private Path tools;

  @Option(
      names = "--kwarg",
      paramLabel = "NAME=VALUE",
      description = "Further variable of the template; JSON, or else text. May be repeated.")
  private Map<String, String> kwargs = new LinkedHashMap<>();

  @Mixin private HadoopOptions hadoop;

  TemplateRenderCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Map<String, Object> variables = new LinkedHashMap<>();
    kwargs.forEach((name, value) -> variables.put(name, jsonOrText(value)));
    String prompt =
        context
            .templates()
            .render(
                new TemplateRenderer.Request(
                    model,
                    hadoop.settings(),
                    Optional.ofNullable(template),
                    list(messages, "messages"),
                    tools == null ? List.of() : list(tools, "tools"),
                    variables));
    if (context.terminal().interactive()) {
      context.terminal().out().println(TerminalText.text(prompt));
    } else {
      context.terminal().out().print(prompt);
    }
    return ExitCode.OK.status();
  }

  /** A JSON list of objects, alone or in a field of an object. */
  private static List<Map<String, Object>> list(Path file, String field) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new SetupException("--" + field + ": " + file + " cannot be read as a file");
    }
    JsonNode json;
    try {
      json = MAPPER.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new SetupException("--" + field + ": " + file + " is not JSON", e);
    }
    JsonNode list = json.isObject() ? json.path(field) : json;
    try {
      if (list.isArray()) {
        return MAPPER.convertValue(list, MAPS);
      }
    } catch (IllegalArgumentException notObjects) {
      throw new SetupException(
          "--" + field + ": " + file + " must be a list of objects", notObjects);
    }
    throw new SetupException(
        "--" + field + ": " + file + " must be a list, or an object with a list named " + field);
  }

  private static Object jsonOrText(String value) {
    try {
      return MAPPER.readValue(value, Object.class);
    } catch (JsonProcessingException text) {
      return value;
    }
  }
}
