package io.turnmill.prompt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The chat templates of a model folder, found as {@code transformers} 4.57 finds them for a
 * tokenizer:
 *
 * <ol>
 *   <li>{@code chat_template.jinja} is the template {@code default}, and each {@code
 *       additional_chat_templates/NAME.jinja} the one named so;
 *   <li>if there is none of these files, {@code chat_template} in {@code tokenizer_config.json}: a
 *       text, or a list of {@code {name, template}};
 *   <li>if there is none either, {@code chat_template} in {@code chat_template.json}, the older
 *       place of processors.
 * </ol>
 */
public final class ChatTemplates {
  private static final String DEFAULT = "default";
  private static final String TOOL_USE = "tool_use";
  private static final List<String> TOKEN_NAMES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Map<String, String> sources;
  private final SpecialTokens specialTokens;

  private ChatTemplates(Path folder, Map<String, String> sources, SpecialTokens specialTokens) {
    this.folder = folder;
    this.sources = sources;
    this.specialTokens = specialTokens;
  }

  /**
   * Reads the templates and special tokens of a folder; there may be none.
   *
   * @throws IllegalArgumentException if a file is not what it should be; the message names it
   * @throws UncheckedIOException if a file cannot be read
   */
  public static ChatTemplates find(Path modelFolder) {
    try {
      JsonNode config = json(modelFolder.resolve("tokenizer_config.json"));
      Map<String, String> sources = files(modelFolder);
      if (sources.isEmpty()) {
        add(sources, modelFolder.resolve("tokenizer_config.json"), config.path("chat_template"));
      }
      if (sources.isEmpty()) {
        Path legacy = modelFolder.resolve("chat_template.json");
        add(sources, legacy, json(legacy).path("chat_template"));
      }
      return new ChatTemplates(modelFolder, sources, tokens(modelFolder, config));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> sources = new TreeMap<>();
    Path single = folder.resolve("chat_template.jinja");
    if (Files.isRegularFile(single)) {
      sources.put(DEFAULT, Files.readString(single));
    }
    Path additional = folder.resolve("additional_chat_templates");
    if (Files.isDirectory(additional)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(additional, "*.jinja")) {
        for (Path file : files) {
          String name = file.getFileName().toString();
          sources.put(name.substring(0, name.length() - ".jinja".length()), Files.readString(file));
        }
      }
    }
    return sources;
  }

  private static JsonNode json(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          file + " is not JSON (line " + e.getLocation().getLineNr() + ")", e);
    }
  }

  private static void add(Map<String, String> sources, Path file, JsonNode template) {
    if (template.isTextual()) {
      sources.put(DEFAULT, template.textValue());
      return;
    }
    if (!template.isArray() && !template.isNull() && !template.isMissingNode()) {
      throw new IllegalArgumentException(
          "chat_template in " + file + " is neither a text nor a list of named templates");
    }
    for (JsonNode named : template) {
      if (!named.path("name").isTextual() || !named.path("template").isTextual()) {
        throw new IllegalArgumentException(
            "chat_template in " + file + " has an entry without a name or a template");
      }
      sources.put(named.path("name").textValue(), named.path("template").textValue());
    }
  }

  /**
   * From the configuration; {@code special_tokens_map.json} counts only for folders of an older
   * kind, whose configuration has no {@code added_tokens_decoder}.
   */
  private static SpecialTokens tokens(Path folder, JsonNode config) throws IOException {
    Map<String, String> tokens = new HashMap<>();
    boolean old = !config.has("added_tokens_decoder");
    JsonNode map = old ? json(folder.resolve("special_tokens_map.json")) : JSON.createObjectNode();
    for (String name : TOKEN_NAMES) {
      JsonNode value = map.has(name) ? map.path(name) : config.path(name);
      JsonNode text = value.isObject() ? value.path("content") : value;
      if (text.isTextual() && !text.textValue().isEmpty()) {
        tokens.put(name, text.textValue());
      }
    }
    return new SpecialTokens(tokens);
  }

  /** The names of all templates, in alphabetical order; empty if the folder has none. */
  public List<String> names() {
    return List.copyOf(sources.keySet());
  }

  /** The source of the template with that name. */
  public Optional<String> source(String name) {
    return Optional.ofNullable(sources.get(name));
  }

  /**
   * The source of the template to use: the wanted one; else {@code tool_use} if there are tools and
   * it exists; else {@code default}.
   *
   * @throws IllegalArgumentException if there is none such; the message lists the names there are
   */
  public String choose(Optional<String> wantedName, boolean hasTools) {
    if (sources.isEmpty()) {
      throw new IllegalArgumentException(
          "No chat template in "
              + folder
              + ": neither chat_template.jinja nor chat_template in"
              + " tokenizer_config.json.");
    }
    if (wantedName.isPresent()) {
      return source(wantedName.get()).orElseThrow(() -> missing(wantedName.get()));
    }
    if (hasTools && sources.containsKey(TOOL_USE)) {
      return sources.get(TOOL_USE);
    }
    return source(DEFAULT).orElseThrow(() -> missing(DEFAULT));
  }

  private IllegalArgumentException missing(String name) {
    return new IllegalArgumentException(
        "No chat template named '" + name + "' in " + folder + "; there are " + names() + ".");
  }

  public SpecialTokens specialTokens() {
    return specialTokens;
  }
}
