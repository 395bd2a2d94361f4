package io.turnmill.prompt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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
 *       text, a list of {@code {name, template}}, or an object of templates by name;
 *   <li>if there is none either, {@code chat_template} in {@code chat_template.json}. In {@code
 *       transformers} only processors read it, the classes that hold a tokenizer beside other parts
 *       of a model, and they read it before any other place; a folder with templates for its
 *       tokenizer is used with these.
 * </ol>
 *
 * <p>Line breaks of the files of their own become {@code \n}, those in JSON stay. A name is always
 * the name of a template, never the text of one, as {@code get_chat_template} takes names that it
 * does not know; the only template of a folder is named {@code default}.
 */
public final class ChatTemplates {
  static final String CONFIG = "tokenizer_config.json";
  private static final String DEFAULT = "default";
  private static final String TOOL_USE = "tool_use";

  /**
   * No real template is nearly this long; the limit keeps a mistaken file from filling the heap.
   */
  private static final long LIMIT_BYTES = 16L << 20;

  /** Reads numbers that are not finite, too, because Python writes them. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final Path folder;
  private final Map<String, String> sources;
  private final Map<String, NamedToken> specialTokens;

  private ChatTemplates(
      Path folder, Map<String, String> sources, Map<String, NamedToken> specialTokens) {
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
      JsonNode config = json(modelFolder.resolve(CONFIG));
      Map<String, String> sources = files(modelFolder);
      if (sources.isEmpty()) {
        add(sources, modelFolder.resolve(CONFIG), config.path("chat_template"));
      }
      if (sources.isEmpty()) {
        Path legacy = modelFolder.resolve("chat_template.json");
        add(sources, legacy, json(legacy).path("chat_template"));
      }
      return new ChatTemplates(modelFolder, sources, NamedToken.find(modelFolder, config));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> sources = new TreeMap<>();
    Path single = folder.resolve("chat_template.jinja");
    if (Files.isRegularFile(single)) {
      sources.put(DEFAULT, template(single));
    }
    Path additional = folder.resolve("additional_chat_templates");
    if (Files.isDirectory(additional)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(additional, "*.jinja")) {
        for (Path file : files) {
          String name = file.getFileName().toString();
          sources.put(name.substring(0, name.length() - ".jinja".length()), template(file));
        }
      }
    }
    return sources;
  }

  private static String template(Path file) throws IOException {
    return text(file).replace("\r\n", "\n").replace('\r', '\n');
  }

  /** The JSON object in a file; an empty one if there is no such file. */
  static JsonNode json(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return JSON.createObjectNode();
    }
    try {
      JsonNode root = JSON.readTree(text(file));
      if (!root.isObject()) {
        throw new IllegalArgumentException(file + " is not a JSON object");
      }
      return root;
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
      throw new IllegalArgumentException(file + " is not JSON" + line, e);
    }
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > LIMIT_BYTES) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s has more than %d MB", file, LIMIT_BYTES >> 20));
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + " is not UTF-8", e);
    }
  }

  private static void add(Map<String, String> sources, Path file, JsonNode template) {
    if (template.isTextual()) {
      sources.put(DEFAULT, template.textValue());
      return;
    }
    if (!template.isContainerNode() && !template.isNull() && !template.isMissingNode()) {
      throw new IllegalArgumentException(
          "chat_template in " + file + " is neither a text nor a list of named templates");
    }
    if (template.isObject()) {
      template.properties().forEach(named -> add(sources, file, named.getKey(), named.getValue()));
      return;
    }
    for (JsonNode named : template) {
      add(sources, file, named.path("name").textValue(), named.path("template"));
    }
  }

  private static void add(Map<String, String> sources, Path file, String name, JsonNode template) {
    if (name == null || !template.isTextual()) {
      throw new IllegalArgumentException(
          "chat_template in " + file + " has an entry without a name or a template");
    }
    sources.put(name, template.textValue());
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
   * @throws IllegalArgumentException if there is no such template; the message lists the names
   *     there are
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

  /** The special tokens that templates can name. */
  public SpecialTokens specialTokens() {
    Map<String, String> texts = new HashMap<>();
    specialTokens.forEach((name, token) -> texts.put(name, token.text()));
    return new SpecialTokens(texts);
  }

  /**
   * The token with which texts and replies of this model end.
   *
   * @return {@code eos_token}, if the folder names one
   */
  public Optional<NamedToken> eosToken() {
    return Optional.ofNullable(specialTokens.get("eos_token"));
  }
}
