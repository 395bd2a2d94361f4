package io.turnmill.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.model.EncoderHead.Dense;
import io.turnmill.model.EncoderHead.Embedding;
import io.turnmill.model.EncoderHead.Pooling;
import io.turnmill.model.EncoderHead.Texts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The modules of a sentence-transformers folder: {@code modules.json} names them in order, each
 * with a folder of its own. The transformer comes first and lies in the model folder itself; then
 * Pooling, any number of Dense layers, and Normalize.
 */
final class SentenceModules {
  private static final String LIST = "modules.json";
  private static final String PACKAGE = "sentence_transformers.models.";

  /** The first that is there counts; the others are older names. */
  static final List<String> SETTINGS =
      List.of(
          "sentence_bert_config.json",
          "sentence_roberta_config.json",
          "sentence_distilbert_config.json",
          "sentence_camembert_config.json",
          "sentence_albert_config.json",
          "sentence_xlm-roberta_config.json",
          "sentence_xlnet_config.json");

  private final Path folder;
  private final List<String> problems = new ArrayList<>();
  private final List<Pooling> poolings = new ArrayList<>();
  private final List<Dense> dense = new ArrayList<>();
  private boolean includePrompt = true;
  private boolean normalize;
  private int width;

  private SentenceModules(Path folder, int hidden) {
    this.folder = folder;
    this.width = hidden;
  }

  static boolean presentIn(Path folder) {
    return Files.isRegularFile(folder.resolve(LIST));
  }

  static Embedding read(Path folder, int hidden, int maxPositions) {
    SentenceModules modules = new SentenceModules(folder, hidden);
    for (JsonNode module : Json.read(folder.resolve(LIST))) {
      modules.add(module.path("type").asText(), module.path("path").asText());
    }
    return modules.embedding(maxPositions);
  }

  /** A folder without modules: sentence-transformers then takes the mean of all tokens. */
  static Embedding ofPlainEncoder(Path folder, int hidden, int maxPositions) {
    SentenceModules modules = new SentenceModules(folder, hidden);
    modules.poolings.add(Pooling.MEAN);
    return modules.embedding(maxPositions);
  }

  private Embedding embedding(int maxPositions) {
    if (poolings.isEmpty()) {
      problems.add("no pooling");
    }
    if (!problems.isEmpty()) {
      throw new ModelException(
          "%s: cannot be used as it is: %s."
              .formatted(folder.resolve(LIST), String.join("; ", problems)));
    }
    return new Embedding(
        poolings, includePrompt, dense, normalize, width, texts(folder, maxPositions));
  }

  private void add(String type, String path) {
    switch (type.startsWith(PACKAGE) ? type.substring(PACKAGE.length()) : type) {
      case "Transformer" -> {
        if (!path.isEmpty()) {
          problems.add(
              "the transformer lies in a folder of its own, " + Fields.shown(Json.text(path)));
        }
      }
      case "Pooling" -> pooling(path);
      case "Dense" -> dense(path);
      case "Normalize" -> normalize = true;
      default -> problems.add("module of type " + Fields.shown(Json.text(type)));
    }
    if (normalize && !type.endsWith("Normalize")) {
      problems.add(type + " after Normalize");
    }
  }

  private Optional<Fields> config(String path) {
    if (!FolderFiles.isModule(path)) {
      problems.add(
          "module folder %s (supported: a number and a name, such as 1_Pooling)"
              .formatted(Fields.shown(Json.text(path))));
      return Optional.empty();
    }
    if (!Files.isRegularFile(folder.resolve(path).resolve("config.json"))) {
      problems.add("no file %s/config.json".formatted(path));
      return Optional.empty();
    }
    Path file = folder.resolve(path).resolve("config.json");
    return Optional.of(new Fields(Json.readObject(file), file));
  }

  private void pooling(String path) {
    if (!poolings.isEmpty() || !dense.isEmpty()) {
      problems.add("a second pooling");
    }
    config(path)
        .ifPresent(
            fields -> {
              poolings.addAll(poolings(fields));
              if (fields.has("pooling_mode") && poolings.isEmpty()) {
                problems.add("pooling_mode " + Fields.shown(fields.get("pooling_mode")));
              }
              includePrompt = fields.flag("include_prompt", true);
              if (fields.size("word_embedding_dimension", width) != width) {
                problems.add("word_embedding_dimension is not " + width);
              }
              width *= Math.max(1, poolings.size());
              fields.check("wrong settings");
            });
  }

  private static List<Pooling> poolings(Fields fields) {
    String mode = fields.text("pooling_mode", "").toLowerCase(Locale.ROOT);
    return Arrays.stream(Pooling.values())
        .filter(
            pooling ->
                mode.isEmpty()
                    // Absent means no, but for the mean.
                    ? fields.flag(pooling.key(), pooling == Pooling.MEAN)
                    : pooling.mode().equals(mode))
        .toList();
  }

  private void dense(String path) {
    config(path)
        .ifPresent(
            fields -> {
              Dense layer =
                  new Dense(
                      path,
                      fields.size("in_features"),
                      fields.size("out_features"),
                      fields.flag("bias", true),
                      activation(fields.text("activation_function", "torch.nn.Tanh")));
              if (layer.in() != width) {
                problems.add(
                    String.format(
                        Locale.ROOT, "%s takes %d numbers, not %d", path, layer.in(), width));
              }
              width = layer.out();
              dense.add(layer);
              fields.check("wrong settings");
            });
  }

  private Activation activation(String className) {
    return switch (className.substring(className.lastIndexOf('.') + 1)) {
      case "Tanh" -> Activation.TANH;
      case "Identity" -> Activation.IDENTITY;
      case "ReLU" -> Activation.RELU;
      case "GELU" -> Activation.GELU;
      case "SiLU" -> Activation.SILU;
      case "Sigmoid" -> Activation.SIGMOID;
      default -> {
        problems.add("activation_function " + className);
        yield Activation.IDENTITY;
      }
    };
  }

  /**
   * {@code sentence_bert_config.json}: length and case; {@code config_sentence_transformers.json}:
   * prompts. Without a length of its own a model takes what its tokenizer and its positions allow.
   */
  static Texts texts(Path folder, int maxPositions) {
    Fields tokenizer = optional(folder.resolve("tokenizer_config.json"));
    double byTokenizer = tokenizer.number("model_max_length", maxPositions);
    int longest = (int) Math.max(1, Math.min(byTokenizer, maxPositions));
    Fields texts =
        SETTINGS.stream()
            .map(folder::resolve)
            .filter(Files::isRegularFile)
            .findFirst()
            .map(SentenceModules::optional)
            .orElseGet(() -> optional(folder.resolve(SETTINGS.get(0))));
    Fields prompts = optional(folder.resolve("config_sentence_transformers.json"));
    Map<String, String> byName = new HashMap<>();
    JsonNode named = prompts.get("prompts");
    named.fieldNames().forEachRemaining(name -> byName.put(name, named.path(name).asText()));
    Texts read =
        new Texts(
            Math.min(maxPositions, texts.size("max_seq_length", longest)),
            texts.flag("do_lower_case", false),
            byName,
            Optional.of(prompts.text("default_prompt_name", "")).filter(name -> !name.isEmpty()));
    texts.check("wrong settings");
    prompts.check("wrong settings");
    read.defaultPrompt()
        .filter(name -> !byName.containsKey(name))
        .ifPresent(
            name -> {
              throw new ModelException(
                  "%s: default_prompt_name names no prompt."
                      .formatted(folder.resolve("config_sentence_transformers.json")));
            });
    return read;
  }

  private static Fields optional(Path file) {
    return new Fields(Files.isRegularFile(file) ? Json.readObject(file) : Json.emptyObject(), file);
  }
}
