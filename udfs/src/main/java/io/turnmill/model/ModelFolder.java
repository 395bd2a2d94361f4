package io.turnmill.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.model.EncoderHead.Pooling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A model as Hugging Face publishes it, on a local disk: read and checked, nothing loaded. Files
 * and tensors that it names exist, and have the size and the shape that they should have.
 */
public final class ModelFolder {
  private final Path path;
  private final ModelSpec spec;
  private final List<Weight> weights;
  private final WeightFiles files;
  private final Optional<LoraAdapter> adapter;
  private final Unused unused;
  private final String fingerprint;

  private ModelFolder(
      Path path,
      ModelSpec spec,
      List<Weight> weights,
      WeightFiles files,
      Optional<LoraAdapter> adapter,
      Unused unused) {
    this.path = path;
    this.spec = spec;
    this.weights = List.copyOf(weights);
    this.files = files;
    this.adapter = adapter;
    this.unused = unused;
    this.fingerprint = Fingerprint.of(path, spec, files.files(), adapter);
  }

  /**
   * What it holds without any effect on a result.
   *
   * @param settings of {@code config.json}
   */
  private record Unused(List<String> tensors, List<String> settings) {
    static final Unused NONE = new Unused(List.of(), List.of());

    Unused {
      tensors = List.copyOf(tensors);
      settings = List.copyOf(settings);
    }
  }

  /**
   * Reads and checks a folder.
   *
   * @throws ModelException for anything that keeps the model from being used
   */
  public static ModelFolder open(Path path) {
    return open(path, Optional.empty());
  }

  /**
   * Reads and checks a folder, and a LoRA adapter to be merged into it.
   *
   * @param adapter folder as PEFT stores it
   * @throws ModelException for anything that keeps them from being used
   */
  public static ModelFolder open(Path path, Optional<Path> adapter) {
    return open(path, adapter, UnaryOperator.identity());
  }

  /**
   * Reads and checks a folder whose model is to make vectors of texts, whatever it was made for.
   *
   * @param pooling how the states of a text's tokens become one vector; empty for what the folder
   *     says, which is the mean for a plain encoder and the last token for a model that writes text
   * @param raw whether vectors keep their length, even if the folder says that they have length 1
   * @throws ModelException as {@link #open(Path, Optional)}, and for a classifier
   */
  public static ModelFolder openEmbedder(
      Path path, Optional<Path> adapter, Optional<Pooling> pooling, boolean raw) {
    return open(path, adapter, spec -> Embedders.of(path, spec, pooling, raw));
  }

  private static ModelFolder open(
      Path path, Optional<Path> adapter, UnaryOperator<ModelSpec> changed) {
    requireFolder(path);
    Optional<Path> script = ScriptedFolder.file(path);
    if (script.isPresent()) {
      return scripted(path, script.get(), adapter, changed);
    }
    requireFiles(path);
    JsonNode config = ModelConfigFile.json(path);
    ModelSpec read = ModelConfigFile.read(path, config);
    ModelSpec adapted = adapter.map(lora -> adapted(read, lora)).orElse(read);
    ModelSpec spec = changed.apply(adapted);
    if (adapted instanceof DecoderSpec) {
      requirePresent(path, List.of("tokenizer_config.json"), true);
    }
    WeightFiles files = WeightFiles.open(path, ModelWeights.moduleFolders(spec));
    if (!adapted.equals(read)) {
      files.alias(DecoderWeights.HEAD, DecoderWeights.EMBEDDING);
    }
    List<Weight> weights = ModelWeights.of(spec, files.names());
    List<String> unused =
        files.check(weights, name -> ModelWeights.harmless(name, spec, files.names()));
    return new ModelFolder(
        path,
        spec,
        weights,
        files,
        adapter.map(folder -> LoraAdapter.open(folder, weights)),
        new Unused(unused, ModelConfigFile.harmless(path, config)));
  }

  /** The model as an adapter sees it. */
  private static ModelSpec adapted(ModelSpec spec, Path adapter) {
    return spec instanceof DecoderSpec decoder && LoraAdapter.changesEmbeddings(adapter)
        ? decoder.untied()
        : spec;
  }

  private static ModelFolder scripted(
      Path path, Path script, Optional<Path> adapter, UnaryOperator<ModelSpec> changed) {
    requirePresent(path, List.of("config.json", "tokenizer.json"), false);
    if (adapter.isPresent()) {
      throw new ModelException(
          path + ": an adapter cannot be merged into a TorchScript file; take the model's folder.");
    }
    return new ModelFolder(
        path,
        changed.apply(ScriptedFolder.read(path, script)),
        List.of(),
        WeightFiles.none(path),
        Optional.empty(),
        Unused.NONE);
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

  /**
   * The output layer as a weight of its own, where it is the embedding matrix and so none of {@link
   * #weights}.
   */
  public Optional<Weight> tiedOutputLayer() {
    return spec instanceof DecoderSpec decoder
        ? DecoderWeights.tiedOutputLayer(decoder)
        : Optional.empty();
  }

  /**
   * Where a weight of {@link #weights} lies: in the model's files, or in the adapter's where that
   * replaces it.
   */
  public StoredTensor stored(Weight weight) {
    return adapter.flatMap(lora -> lora.replacement(weight)).orElseGet(() -> files.get(weight));
  }

  /** What the adapter, if there is one, adds to a weight. */
  public Optional<LowRankUpdate> update(Weight weight) {
    return adapter.flatMap(lora -> lora.update(weight));
  }

  public Optional<Path> adapterPath() {
    return adapter.map(LoraAdapter::folder);
  }

  /** Size of the weights as stored. */
  public long weightBytes() {
    if (spec instanceof ScriptedSpec scripted) {
      return Json.size(scripted.file());
    }
    return weights.stream().mapToLong(weight -> stored(weight).bytes()).sum();
  }

  /** Numbers in all weights. */
  public long parameters() {
    return weights.stream().mapToLong(weight -> stored(weight).elements()).sum();
  }

  /**
   * SHA-256 in hexadecimal: two folders, with their adapters, that have the same one give the same
   * results.
   */
  public String fingerprint() {
    return fingerprint;
  }

  /** Names of the tensors without any effect on a result, the first ones, or none. */
  public Optional<String> unusedTensors() {
    return unused.tensors.isEmpty()
        ? Optional.empty()
        : Optional.of(WeightFiles.listed(unused.tensors));
  }

  /** Whether the folder says how vectors are made, as sentence-transformers writes it. */
  public boolean isForVectors() {
    return SentenceModules.presentIn(path);
  }

  /**
   * What the folder holds without any effect on a result and a user might think had one, one
   * sentence each. Encoders are published with the heads of other tasks, which are none of this.
   */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (spec instanceof DecoderSpec && !unused.tensors.isEmpty()) {
      warnings.add(
          "%s: %s of the tensors are not used, because they change no result: %s."
              .formatted(path, unused.tensors.size(), WeightFiles.listed(unused.tensors)));
    }
    if (!unused.settings.isEmpty()) {
      warnings.add(
          "%s: %s, which has no effect."
              .formatted(path.resolve("config.json"), String.join(", ", unused.settings)));
    }
    return warnings;
  }

  /**
   * Refuses a tokenizer whose ordinary pieces have ids that the embedding does not have: any text
   * may become one of them.
   *
   * @param modelVocabSize one more than the greatest id that no added token has
   */
  public void checkTokenizer(int modelVocabSize) {
    if (modelVocabSize > spec.vocabSize()) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "%s: tokenizer.json has ids up to %d, but the embedding has %d rows. They are not of the same model.",
              path,
              modelVocabSize - 1,
              spec.vocabSize()));
    }
  }

  private static void requireFolder(Path path) {
    if (!Files.isDirectory(path)) {
      throw new ModelException(
          path
              + ": no such folder. A model is a folder with config.json, model.safetensors and"
              + " tokenizer.json, as Hugging Face publishes it.");
    }
  }

  private static void requireFiles(Path path) {
    if (!WeightFiles.presentIn(path) && WeightFiles.onlyPickled(path)) {
      throw new ModelException(
          path
              + ": holds pytorch_model.bin only, which is not read because unpickling runs code."
              + " Take the model's safetensors files, or convert it with transformers:"
              + " save_pretrained(folder, safe_serialization=True).");
    }
    requirePresent(path, List.of("config.json", "tokenizer.json"), true);
  }

  private static void requirePresent(Path path, List<String> names, boolean weights) {
    List<String> missing = new ArrayList<>();
    for (String name : names) {
      if (!Files.isRegularFile(path.resolve(name))) {
        missing.add(name);
      }
    }
    if (weights && !WeightFiles.presentIn(path)) {
      missing.add("model.safetensors (or model.safetensors.index.json)");
    }
    if (!missing.isEmpty()) {
      throw new ModelException(
          "%s: missing %s. Fetch the whole folder.".formatted(path, String.join(", ", missing)));
    }
  }
}
