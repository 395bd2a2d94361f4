package io.turnmill.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model as Hugging Face publishes it, on a local disk: read and checked, nothing loaded. Files
 * and tensors that it names exist, and have the size and the shape that they should have.
 */
public final class ModelFolder {
  private final Path path;
  private final DecoderSpec spec;
  private final List<Weight> weights;
  private final WeightFiles files;
  private final String fingerprint;

  private ModelFolder(Path path, DecoderSpec spec, List<Weight> weights, WeightFiles files) {
    this.path = path;
    this.spec = spec;
    this.weights = List.copyOf(weights);
    this.files = files;
    this.fingerprint = Fingerprint.of(path, files.files());
  }

  /**
   * Reads and checks a folder.
   *
   * @throws ModelException for anything that keeps the model from being used
   */
  public static ModelFolder open(Path path) {
    requireFiles(path);
    JsonNode config = Json.readObject(path.resolve("config.json"));
    Path generation = path.resolve("generation_config.json");
    DecoderSpec spec =
        Qwen2Config.read(
            path,
            config,
            Files.exists(generation) ? Optional.of(Json.readObject(generation)) : Optional.empty());
    WeightFiles files = WeightFiles.open(path);
    List<Weight> weights = DecoderWeights.of(spec);
    files.check(weights, spec);
    return new ModelFolder(path, spec, weights, files);
  }

  public Path path() {
    return path;
  }

  public ModelSpec spec() {
    return spec;
  }

  public Path tokenizerFile() {
    return path.resolve("tokenizer.json");
  }

  public Path tokenizerConfigFile() {
    return path.resolve("tokenizer_config.json");
  }

  /** All tensors of the architecture, in the order of the layers. */
  public List<Weight> weights() {
    return weights;
  }

  /** Where a weight of {@link #weights} lies. */
  public StoredTensor stored(Weight weight) {
    return files.get(weight);
  }

  /** Size of the weights as stored. */
  public long weightBytes() {
    return weights.stream().mapToLong(weight -> stored(weight).bytes()).sum();
  }

  /** SHA-256 in hexadecimal: two folders with the same one give the same results. */
  public String fingerprint() {
    return fingerprint;
  }

  /**
   * Refuses a tokenizer that can name tokens which the embedding does not have.
   *
   * @param tokenizerVocabSize one more than the tokenizer's greatest id
   */
  public void checkTokenizer(int tokenizerVocabSize) {
    if (tokenizerVocabSize > spec.vocabSize()) {
      throw new ModelException(
          "%s: tokenizer.json has ids up to %d, but the embedding has %d rows. They are not of the same model."
              .formatted(path, tokenizerVocabSize - 1, spec.vocabSize()));
    }
  }

  private static void requireFiles(Path path) {
    if (!Files.isDirectory(path)) {
      throw new ModelException(
          path
              + ": no such folder. A model is a folder with config.json, model.safetensors and"
              + " tokenizer.json, as Hugging Face publishes it.");
    }
    if (!WeightFiles.presentIn(path) && Files.exists(path.resolve("pytorch_model.bin"))) {
      throw new ModelException(
          path
              + ": holds pytorch_model.bin only, which is not read because unpickling runs code."
              + " Take the model's safetensors files, or convert it with transformers:"
              + " save_pretrained(folder, safe_serialization=True).");
    }
    List<String> missing = new ArrayList<>();
    for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
      if (!Files.isRegularFile(path.resolve(name))) {
        missing.add(name);
      }
    }
    if (!WeightFiles.presentIn(path)) {
      missing.add("model.safetensors (or model.safetensors.index.json)");
    }
    if (!missing.isEmpty()) {
      throw new ModelException(
          "%s: missing %s. Fetch the whole folder.".formatted(path, String.join(", ", missing)));
    }
  }
}
