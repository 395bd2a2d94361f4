package io.turnmill.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * A LoRA adapter as PEFT stores it, fitted to the weights of one model: {@code adapter_config.json}
 * and {@code adapter_model.safetensors}. Meanings and defaults are those of peft 0.17.
 */
final class LoraAdapter {
  private static final String CONFIG = "adapter_config.json";
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final String PREFIX = "base_model.model.";
  private static final String BASE_LAYER = ".base_layer.";

  /** Settings that would change the result and are not built. */
  private static final List<String> UNSUPPORTED =
      List.of(
          "use_qalora",
          "lora_bias",
          "layer_replication",
          "megatron_config",
          "trainable_token_indices",
          "alora_invocation_tokens",
          "target_parameters",
          "arrow_config");

  private final Path folder;
  private final Fields config;
  private final Safetensors file;

  /** Several where a stored tensor is several weights. */
  private final Map<String, List<Weight>> byStoredName;

  private final Map<String, StoredTensor> tensors;
  private final Map<Weight, LowRankUpdate> updates = new HashMap<>();
  private final Map<Weight, StoredTensor> replacements = new HashMap<>();
  private final Set<String> used = new HashSet<>();
  private final List<String> problems = new ArrayList<>();

  private LoraAdapter(Path folder, Fields config, Safetensors file, Collection<Weight> weights) {
    this.folder = folder;
    this.config = config;
    this.file = file;
    this.byStoredName = weights.stream().collect(Collectors.groupingBy(Weight::storedName));
    this.tensors =
        file.tensors().stream().collect(Collectors.toMap(StoredTensor::name, Function.identity()));
  }

  /**
   * @throws ModelException when a file is missing or damaged, or the adapter is not for this model
   */
  static LoraAdapter open(Path folder, Collection<Weight> weights) {
    if (!Files.isRegularFile(folder.resolve(WEIGHTS))
        && Files.exists(folder.resolve("adapter_model.bin"))) {
      throw new ModelException(
          folder
              + ": holds adapter_model.bin only, which is not read because unpickling runs code."
              + " Save the adapter with safe_serialization=True.");
    }
    for (String name : List.of(CONFIG, WEIGHTS)) {
      if (!Files.isRegularFile(folder.resolve(name))) {
        throw new ModelException(
            "%s: missing %s. An adapter is a folder with %s and %s, as PEFT stores it."
                .formatted(folder, name, CONFIG, WEIGHTS));
      }
    }
    Path configFile = folder.resolve(CONFIG);
    LoraAdapter adapter =
        new LoraAdapter(
            folder,
            new Fields(Json.readObject(configFile), configFile),
            Safetensors.read(folder.resolve(WEIGHTS)),
            weights);
    adapter.checkConfig();
    adapter.fit();
    return adapter;
  }

  /**
   * Whether the adapter changes the embedding or the output layer of a decoder. Where both are one
   * matrix, training has moved the one and not the other, so they must be told apart.
   */
  static boolean changesEmbeddings(Path folder) {
    Path file = folder.resolve(WEIGHTS);
    return Files.isRegularFile(file)
        && Safetensors.read(file).tensors().stream()
            .anyMatch(tensor -> tensor.name().matches("(.*\\.)?(embed_tokens|lm_head)\\..*"));
  }

  Path folder() {
    return folder;
  }

  Path configFile() {
    return folder.resolve(CONFIG);
  }

  Safetensors file() {
    return file;
  }

  Optional<LowRankUpdate> update(Weight weight) {
    return Optional.ofNullable(updates.get(weight));
  }

  /** What stands in place of a weight as a whole: a module trained in full, or a bias. */
  Optional<StoredTensor> replacement(Weight weight) {
    return Optional.ofNullable(replacements.get(weight));
  }

  private void checkConfig() {
    String type = config.text("peft_type", "LORA");
    if (!type.equals("LORA")) {
      config.problem("peft_type %s (supported: LORA)".formatted(type));
    }
    for (String name : UNSUPPORTED) {
      JsonNode value = config.get(name);
      if ((config.has(name) && !value.isEmpty()) || value.asBoolean(false)) {
        config.problem(name);
      }
    }
    JsonNode start = config.get("init_lora_weights");
    if (start.isTextual() && start.asText().matches("(?i)(pissa|olora|corda|loftq|lora_ga).*")) {
      config.problem(
          "init_lora_weights %s, which changes the base model".formatted(Fields.shown(start)));
    }
    config.positive("lora_alpha", 8);
    config.check("asks for what Turnmill does not support");
  }

  /** Gives every tensor of the adapter to a weight of the model. */
  private void fit() {
    if (tensors.isEmpty()) {
      throw new ModelException(
          file.file() + ": holds no tensors, so the adapter would change nothing.");
    }
    for (String name : new TreeSet<>(tensors.keySet())) {
      if (name.endsWith(".lora_A.weight")) {
        update(name, ".lora_A.weight", ".lora_B.weight", false);
      } else if (name.endsWith(".lora_embedding_A")) {
        update(name, ".lora_embedding_A", ".lora_embedding_B", true);
      }
    }
    Set<String> rest = new TreeSet<>(tensors.keySet());
    rest.removeAll(used);
    for (String name : rest) {
      List<Weight> weights = weights(name);
      // The adapter of an embedding holds the base, too: the update is added to it.
      boolean base = name.endsWith(BASE_LAYER + "weight");
      if (weights.isEmpty() || (weights.stream().anyMatch(updates::containsKey) && !base)) {
        problems.add("tensor %s has no place in the model".formatted(name));
      } else {
        replace(weights, tensors.get(name));
      }
    }
    if (!problems.isEmpty()) {
      throw new ModelException(
          "%s: the adapter does not fit the model: %s. Check that it was trained on this model."
              .formatted(folder, WeightFiles.listed(problems)));
    }
  }

  private void replace(List<Weight> weights, StoredTensor tensor) {
    List<Long> shape = weights.get(0).storedShape();
    if (!tensor.shape().equals(shape) || !tensor.type().readable()) {
      problems.add(
          "%s is %s of %s, not %s".formatted(tensor.name(), tensor.shape(), tensor.type(), shape));
    } else {
      weights.forEach(weight -> replacements.put(weight, weight.of(tensor)));
    }
  }

  private void update(String nameOfA, String endOfA, String endOfB, boolean transposed) {
    String module = nameOfA.substring(0, nameOfA.length() - endOfA.length());
    List<Weight> weights = weights(module + ".weight");
    StoredTensor a = tensors.get(nameOfA);
    StoredTensor b = tensors.get(module + endOfB);
    Optional<StoredTensor> magnitude =
        Optional.ofNullable(tensors.get(module + ".lora_magnitude_vector"))
            .or(() -> Optional.ofNullable(tensors.get(module + ".lora_magnitude_vector.weight")));
    if (weights.isEmpty() || b == null) {
      problems.add("%s has no place in the model, or no second half".formatted(nameOfA));
      return;
    }
    used.addAll(List.of(nameOfA, b.name()));
    magnitude.ifPresent(tensor -> used.add(tensor.name()));
    List<Long> shape = weights.get(0).storedShape();
    if (shape.size() != 2 || a.shape().size() != 2 || b.shape().size() != 2) {
      misfit(a, b, shape);
      return;
    }
    long out = shape.get(transposed ? 1 : 0);
    long in = shape.get(transposed ? 0 : 1);
    long rank = a.shape().get(0);
    boolean fits =
        a.shape().equals(List.of(rank, in))
            && b.shape().equals(List.of(out, rank))
            && magnitude.map(m -> m.elements() == out && !transposed).orElse(true)
            && a.type().readable()
            && b.type().readable();
    if (!fits || rank == 0) {
      misfit(a, b, shape);
      return;
    }
    double scaling = scaling(module, rank);
    for (Weight weight : weights) {
      updates.put(
          weight,
          transposed
              ? new LowRankUpdate(a, b, scaling, true, magnitude)
              : new LowRankUpdate(a, weight.of(b), scaling, false, magnitude.map(weight::of)));
    }
  }

  private void misfit(StoredTensor a, StoredTensor b, List<Long> shape) {
    problems.add(
        "%s %s and %s %s do not fit %s".formatted(a.name(), a.shape(), b.name(), b.shape(), shape));
  }

  /** {@code alpha / r}, or {@code alpha / √r} with rank-stabilised LoRA. */
  private double scaling(String module, long rank) {
    double alpha = config.number("lora_alpha", 8);
    JsonNode patterns = config.get("alpha_pattern");
    String path = module.substring(Math.min(PREFIX.length(), module.length()));
    for (Iterator<String> names = patterns.fieldNames(); names.hasNext(); ) {
      String pattern = names.next();
      if (endsWith(path, pattern)) {
        alpha = patterns.path(pattern).asDouble(alpha);
        break;
      }
    }
    return config.flag("use_rslora", false) ? alpha / Math.sqrt((double) rank) : alpha / rank;
  }

  /** A pattern names a module by the end of its path, or as a regular expression for that. */
  private static boolean endsWith(String path, String pattern) {
    if (path.equals(pattern) || path.endsWith("." + pattern)) {
      return true;
    }
    try {
      return path.matches("(.*\\.)?(" + pattern + ")");
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  /** A path in the adapter is one in the class that was trained, with or without a head around. */
  private List<Weight> weights(String name) {
    if (!name.startsWith(PREFIX)) {
      return List.of();
    }
    String path = name.substring(PREFIX.length()).replace(BASE_LAYER, ".");
    List<Weight> exact = byStoredName.get(path);
    if (exact != null) {
      return exact;
    }
    List<List<Weight>> longer =
        byStoredName.entrySet().stream()
            .filter(entry -> oneLonger(entry.getKey(), path) || oneLonger(path, entry.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    return longer.size() == 1 ? longer.get(0) : List.of();
  }

  /** Whether {@code path} is {@code name} after one more part, such as {@code model.}. */
  private static boolean oneLonger(String path, String name) {
    int extra = path.length() - name.length();
    return extra > 1 && path.endsWith("." + name) && path.indexOf('.') == extra - 1;
  }
}
