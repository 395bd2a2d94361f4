package io.turnmill.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.model.EncoderHead.Classification;
import io.turnmill.model.EncoderHead.Embedding;
import io.turnmill.model.EncoderHead.Pooling;
import io.turnmill.model.EncoderHead.Texts;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A folder as DJL's converter writes it: {@code NAME.pt}, traced from an encoder, with {@code
 * tokenizer.json}, {@code config.json} and {@code serving.properties}. Without the last, the file
 * is taken to embed texts by their mean, or to classify where {@code config.json} says so.
 */
final class ScriptedFolder {
  private static final String SETTINGS = "serving.properties";

  private final Path folder;
  private final Path file;
  private final Fields config;
  private final Properties settings;

  private ScriptedFolder(Path folder, Path file) {
    this.folder = folder;
    this.file = file;
    Path configFile = folder.resolve("config.json");
    this.config = new Fields(Json.readObject(configFile), configFile);
    this.settings = settings(folder.resolve(SETTINGS));
  }

  /** The TorchScript file of the folder: the only {@code .pt}, or the one that is named. */
  static Optional<Path> file(Path folder) {
    if (WeightFiles.presentIn(folder)) {
      return Optional.empty();
    }
    String name = settings(folder.resolve(SETTINGS)).getProperty("option.modelName", "");
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> scripts =
          files
              .filter(path -> path.getFileName().toString().endsWith(".pt"))
              .filter(path -> name.isEmpty() || path.endsWith(name + ".pt"))
              .toList();
      return scripts.size() == 1 ? Optional.of(scripts.get(0)) : Optional.empty();
    } catch (IOException e) {
      throw Json.unreadable(folder, e);
    }
  }

  static ScriptedSpec read(Path folder, Path file) {
    return new ScriptedFolder(folder, file).spec();
  }

  private ScriptedSpec spec() {
    int hidden = config.size(config.has("dim") ? "dim" : "hidden_size");
    int positions = positions();
    ScriptedSpec spec =
        new ScriptedSpec(
            config.text("model_type", "unknown"),
            file,
            config.size("vocab_size"),
            positions,
            hidden,
            flag("includeTokenTypes", false),
            config.natural("pad_token_id", 0),
            head(hidden, positions));
    config.check("cannot be used as it is");
    return spec;
  }

  /** Where positions count from the id after the padding token's, this many fewer are left. */
  private int positions() {
    int rows = config.size("max_position_embeddings", 512);
    boolean fromPad =
        EncoderFamily.of(config.text("model_type", ""))
            .map(EncoderFamily::positionsFromPad)
            .orElse(false);
    int positions = fromPad ? rows - config.natural("pad_token_id", 1) - 1 : rows;
    if (positions < 1) {
      config.problem("max_position_embeddings leaves no position after pad_token_id");
    }
    return Math.max(1, positions);
  }

  private EncoderHead head(int hidden, int positions) {
    Texts usual = SentenceModules.texts(folder, positions);
    int longest = usual.maxTokens();
    String length = settings.getProperty("maxLength", "");
    if (length.matches("[1-9]\\d{0,6}")) {
      longest = Math.min(positions, Integer.parseInt(length));
    }
    Texts texts = new Texts(longest, flag("doLowerCase", false), Map.of(), Optional.empty());
    if (classifies()) {
      Classification head = EncoderConfig.classification(folder, config, positions);
      return new Classification(
          Pooling.CLS, true, Activation.TANH, false, head.labels(), head.scores(), texts);
    }
    for (String layer : List.of("dense", "layerNorm")) {
      if (settings.containsKey(layer)) {
        config.problem("%s in %s".formatted(layer, SETTINGS));
      }
    }
    return new Embedding(
        List.of(pooling()), true, List.of(), flag("normalize", true), hidden, texts);
  }

  /** By the translator that DJL would use, else by the class of the model. */
  private boolean classifies() {
    String translator = settings.getProperty("translatorFactory", "");
    if (!translator.isEmpty()) {
      boolean classification = translator.endsWith(".TextClassificationTranslatorFactory");
      boolean reranking = translator.endsWith(".CrossEncoderTranslatorFactory");
      if (!classification
          && !reranking
          && !translator.endsWith(".TextEmbeddingTranslatorFactory")) {
        config.problem("translatorFactory %s in %s".formatted(translator, SETTINGS));
      }
      return classification || reranking;
    }
    JsonNode architecture = config.get("architectures").path(0);
    return architecture.asText().endsWith("ForSequenceClassification");
  }

  private Pooling pooling() {
    String name = settings.getProperty("pooling", "mean");
    return Arrays.stream(Pooling.values())
        .filter(pooling -> pooling.djlName().equals(name))
        .findFirst()
        .orElseGet(
            () -> {
              config.problem("pooling %s in %s".formatted(name, SETTINGS));
              return Pooling.MEAN;
            });
  }

  private boolean flag(String name, boolean otherwise) {
    return Boolean.parseBoolean(settings.getProperty(name, Boolean.toString(otherwise)));
  }

  private static Properties settings(Path file) {
    Properties settings = new Properties();
    if (Files.isRegularFile(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        settings.load(reader);
      } catch (IOException e) {
        throw Json.unreadable(file, e);
      } catch (IllegalArgumentException e) {
        throw new ModelException(file + ": not a properties file.");
      }
    }
    return settings;
  }
}
