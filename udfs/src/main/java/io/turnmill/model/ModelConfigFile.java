package io.turnmill.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code config.json} of any supported family. */
final class ModelConfigFile {
  private ModelConfigFile() {}

  /** The file, not yet understood. */
  static JsonNode json(Path folder) {
    return Json.readObject(folder.resolve("config.json"));
  }

  /**
   * Reads it, with {@code generation_config.json} and the modules of sentence-transformers.
   *
   * @param config as {@link #json} reads it
   * @throws ModelException naming all that is not supported or does not fit together
   */
  static ModelSpec read(Path folder, JsonNode config) {
    String type = config.path("model_type").asText("");
    Optional<DecoderArchitecture> decoder = DecoderArchitectures.of(type);
    if (decoder.isPresent()) {
      Path generation = folder.resolve(GenerationConfig.FILE);
      DecoderSpec spec =
          DecoderConfig.read(
              decoder.get(),
              folder,
              config,
              Files.exists(generation)
                  ? Optional.of(Json.readObject(generation))
                  : Optional.empty());
      return SentenceModules.presentIn(folder) ? embedder(folder, spec) : spec;
    }
    return EncoderFamily.of(type)
        .map(encoder -> EncoderConfig.read(encoder, folder, config))
        .orElseThrow(() -> unknown(folder, config));
  }

  /** What it says without any effect on a result, though it is none of the usual keys. */
  static List<String> harmless(Path folder, JsonNode config) {
    return DecoderArchitectures.of(config.path("model_type").asText("")).isPresent()
        ? DecoderConfig.harmless(folder, config)
        : List.of();
  }

  /**
   * What no family supports: code in place of the library's, and weights that are packed.
   *
   * @param sameCode classes that compute what the library's class computes
   */
  static void unsupported(Fields fields, Set<String> sameCode) {
    Fields code = fields.inside("auto_map");
    if (code.names().stream()
        .anyMatch(
            name -> name.startsWith("AutoModel") && !sameCode.contains(code.get(name).asText()))) {
      fields.problem(
          "auto_map, which says that the model has code of its own (take it out if the library's"
              + " class gives the same)");
    }
    if (fields.has("quantization_config")) {
      fields.problem("quantization_config (take the unquantised model)");
    }
  }

  /** A decoder whose states are pooled, as sentence-transformers stores it. */
  private static EncoderSpec embedder(Path folder, DecoderSpec decoder) {
    return EncoderSpec.of(
        decoder, SentenceModules.read(folder, decoder.hiddenSize(), decoder.maxPositions()));
  }

  private static ModelException unknown(Path folder, JsonNode config) {
    String supported =
        Stream.concat(
                DecoderArchitectures.ALL.stream().map(DecoderArchitecture::modelType),
                Arrays.stream(EncoderFamily.values()).map(EncoderFamily::modelType))
            .collect(Collectors.joining(", "));
    JsonNode type = config.path("model_type");
    return new ModelException(
        "%s: model_type %s is not supported (supported: %s)."
            .formatted(
                folder.resolve("config.json"),
                type.isMissingNode() ? "is missing, which" : Fields.shown(type),
                supported));
  }
}
