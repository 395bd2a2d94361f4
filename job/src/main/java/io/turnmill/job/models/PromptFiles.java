package io.turnmill.job.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.job.config.PromptConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.prompt.MessageTemplate;
import io.turnmill.prompt.jinja.TemplateException;
import io.turnmill.runtime.RuntimeOptions.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads and checks on the driver what the settings of prompts name. */
final class PromptFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ROLES = List.of("user", "assistant");
  private static final Set<String> FIELDS = Set.of("role", "content");

  private static final Pattern SESSION_ID = Pattern.compile("\\bsession_id\\b");

  private PromptFiles() {}

  /**
   * The source of the template that makes one message of a session; empty if there is none.
   *
   * @throws SetupException when it cannot be read, or is not a template
   */
  static String message(PromptConfig prompt) {
    boolean isFile = !prompt.messageFile().isEmpty();
    String source = isFile ? read("prompt.message_file", prompt.messageFile()) : prompt.message();
    if (isFile && source.isBlank()) {
      throw new SetupException("prompt.message_file: " + prompt.messageFile() + " is empty");
    }
    try {
      if (!source.isEmpty()) {
        MessageTemplate.parse(source);
      }
      return source;
    } catch (TemplateException e) {
      String which = isFile ? "prompt.message_file: " + prompt.messageFile() : "prompt.message: it";
      throw new SetupException(which + " is not a template: " + e.getMessage());
    }
  }

  /** Whether a template of a message uses the id of the session. */
  static boolean showsSessionId(String message) {
    return SESSION_ID.matcher(message).find();
  }

  /**
   * The example messages; none if no file is named.
   *
   * @throws SetupException when the file is not what it should be, with the number of the message
   */
  static List<Example> examples(PromptConfig prompt) {
    if (prompt.examples().isEmpty()) {
      return List.of();
    }
    String file = "prompt.examples: " + prompt.examples();
    List<JsonNode> messages = messages(file, read("prompt.examples", prompt.examples()));
    List<Example> examples = new ArrayList<>();
    for (JsonNode message : messages) {
      String role = ROLES.get(examples.size() % ROLES.size());
      examples.add(example(file + ": message " + (examples.size() + 1), message, role));
    }
    if (examples.size() % ROLES.size() != 0 || examples.isEmpty()) {
      throw new SetupException(
          file
              + (examples.isEmpty()
                  ? ": has no message"
                  : ": the last message must be the assistant's"));
    }
    return List.copyOf(examples);
  }

  /** Either one list, or messages one after another. */
  private static List<JsonNode> messages(String file, String text) {
    List<JsonNode> messages = new ArrayList<>();
    try (MappingIterator<JsonNode> values = JSON.readerFor(JsonNode.class).readValues(text)) {
      while (values.hasNextValue()) {
        JsonNode value = values.nextValue();
        if (value.isArray()) {
          value.forEach(messages::add);
        } else {
          messages.add(value);
        }
      }
      return messages;
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
      throw new SetupException(file + " is not JSON" + line);
    } catch (IOException e) {
      throw new SetupException(file + " cannot be read", e);
    }
  }

  private static Example example(String place, JsonNode message, String role) {
    if (!message.isObject()) {
      throw new SetupException(place + " is not an object with role and content");
    }
    Set<String> others = new TreeSet<>();
    message.fieldNames().forEachRemaining(others::add);
    others.removeAll(FIELDS);
    if (!others.isEmpty()) {
      throw new SetupException(place + " has other fields than role and content: " + others);
    }
    if (!role.equals(message.path("role").textValue())) {
      throw new SetupException(
          place + " must have the role " + role + ": user and assistant speak in turn");
    }
    String content = message.path("content").asText("");
    if (!message.path("content").isTextual() || content.isBlank()) {
      throw new SetupException(place + " has no text as its content");
    }
    return new Example(role, content);
  }

  private static String read(String setting, String path) {
    try {
      return Files.readString(Path.of(path));
    } catch (IOException e) {
      throw new SetupException(setting + ": cannot read " + path, e);
    }
  }

  /** A text that differs where examples differ; empty for none. */
  static String text(List<Example> examples) {
    return examples.stream()
        .map(example -> example.role() + " " + example.content().length() + " " + example.content())
        .collect(Collectors.joining("\n"));
  }
}
