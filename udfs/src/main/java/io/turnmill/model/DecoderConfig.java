package io.turnmill.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.model.DecoderSpec.Attention;
import io.turnmill.model.DecoderSpec.Embeddings;
import io.turnmill.model.DecoderSpec.GatedMlp;
import io.turnmill.model.DecoderSpec.LayerKind;
import io.turnmill.model.DecoderSpec.TokenRoles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * {@code config.json} of a decoder, as a {@link DecoderArchitecture} reads it: the parts that
 * several families have in common. Defaults of absent keys are those of transformers; where they
 * differ from family to family, they are arguments.
 */
final class DecoderConfig {
  private static final int LIMIT_LAYERS = 1024;
  private static final String EOS = "eos_token_id";
  private static final String PAD = "pad_token_id";

  private final DecoderArchitecture family;
  private final Fields fields;

  /** End of sequence as {@code generation_config.json} names it; may be empty. */
  private final Set<Integer> generationEos;

  private final int vocabSize;
  private final int hiddenSize;
  private final int layers;

  private DecoderConfig(
      DecoderArchitecture family, Path folder, Fields fields, Set<Integer> generationEos) {
    this.family = family;
    this.fields = fields;
    this.generationEos = generationEos;
    unsupported(SentenceModules.presentIn(folder));
    this.vocabSize = fields.size("vocab_size");
    this.hiddenSize = fields.size("hidden_size");
    this.layers = Math.min(LIMIT_LAYERS, fields.size("num_hidden_layers"));
  }

  static DecoderSpec read(
      DecoderArchitecture family, Path folder, JsonNode config, Optional<JsonNode> generation) {
    Fields fields = new Fields(config, folder.resolve("config.json"));
    Set<Integer> eos = generation.map(g -> eos(folder, g)).orElse(Set.of());
    DecoderConfig reader = new DecoderConfig(family, folder, fields, eos);
    DecoderSpec spec = family.read(reader);
    if (fields.sound()) { // else these would be consequences
      reader.consistency(spec);
    }
    fields.check("cannot be used as it is");
    return spec;
  }

  /** All that would change a result and that no family has. */
  private void unsupported(boolean embeds) {
    for (JsonNode architecture : fields.get("architectures")) {
      boolean states = embeds && architecture.asText().equals(family.statesClassName());
      if (!architecture.asText().equals(family.className()) && !states) {
        fields.problem(
            "architecture %s (supported for model_type %s: %s)"
                .formatted(Fields.shown(architecture), family.modelType(), family.className()));
      }
    }
    ModelConfigFile.unsupported(fields, family.publishedCode());
    if (!fields.flag("is_causal", true)) {
      fields.problem("is_causal false");
    }
    if (fields.flag("use_bidirectional_attention", false)) {
      fields.problem("use_bidirectional_attention true");
    }
  }

  /** Refuses a setting that the family's class does not read, or that is not built. */
  void fixed(String name, boolean value) {
    if (fields.flag(name, value) != value) {
      fields.problem(
          "%s %s for model_type %s".formatted(name, fields.get(name), family.modelType()));
    }
  }

  /** Refuses a number that is not built for the family. */
  void absent(String name) {
    if (fields.has(name)) {
      fields.problem(
          "%s %s for model_type %s"
              .formatted(name, Fields.shown(fields.get(name)), family.modelType()));
    }
  }

  Fields fields() {
    return fields;
  }

  /** A flag that is off where nothing is said. */
  boolean flag(String name) {
    return fields.flag(name, false);
  }

  int vocabSize() {
    return vocabSize;
  }

  int hiddenSize() {
    return hiddenSize;
  }

  int layers() {
    return layers;
  }

  /** Longest sequence as configured; {@code rope_scaling} may make more of it. */
  int positions(int usual) {
    return fields.size("max_position_embeddings", usual);
  }

  double eps(double usual) {
    return fields.positive("rms_norm_eps", usual);
  }

  /** Embeddings as they are, and scores as they are. */
  Embeddings embeddings(boolean usuallyTied) {
    return new Embeddings(
        fields.flag("tie_word_embeddings", usuallyTied), 1, OptionalDouble.empty());
  }

  /** One rotary embedding for all layers. */
  Rope rope(int positions) {
    return RopeConfig.read(fields, 10_000, positions);
  }

  /**
   * Attention whose heads turn as a whole.
   *
   * @param usualHeadDim width of a head where the configuration does not say it; 0 for hidden size
   *     by heads
   * @param usualKvHeads key and value heads where the configuration has no such key; empty for as
   *     many as heads
   */
  Attention attention(
      int usualHeadDim,
      OptionalInt usualKvHeads,
      boolean inputBias,
      boolean outputBias,
      boolean headNorm) {
    int heads = fields.size("num_attention_heads");
    boolean named = !fields.get("num_key_value_heads").isMissingNode(); // null says: like heads
    int kvHeads = fields.size("num_key_value_heads", named ? heads : usualKvHeads.orElse(heads));
    int usual = usualHeadDim > 0 ? usualHeadDim : Math.max(1, hiddenSize / heads);
    int headDim = fields.size("head_dim", usual);
    if (fields.sound() && usualHeadDim == 0 && !fields.has("head_dim") && hiddenSize % heads != 0) {
      fields.problem(
          String.format(
              Locale.ROOT,
              "hidden_size %d is no multiple of num_attention_heads %d",
              hiddenSize,
              heads));
    }
    return new Attention(
        heads,
        kvHeads,
        headDim,
        headDim,
        Attention.usualScale(headDim),
        inputBias,
        outputBias,
        headNorm);
  }

  /**
   * @param activation name of the key that names it
   */
  GatedMlp feedForward(String activation, Activation usual, boolean bias) {
    return new GatedMlp(
        fields.size("intermediate_size"), fields.activation(activation, usual), bias);
  }

  /** All layers turn alike. */
  List<LayerKind> layers(List<Integer> windows, Rope rope) {
    return windows.stream().map(window -> new LayerKind(window, rope)).toList();
  }

  /**
   * The size of the sliding window; an explicit null says that there is none.
   *
   * @param usual where the configuration has no such key
   */
  int window(int usual) {
    boolean named = !fields.get("sliding_window").isMissingNode();
    return fields.size("sliding_window", named ? DecoderSpec.NO_WINDOW : usual);
  }

  /**
   * The window of each layer where {@code use_sliding_window} says whether there are any, and
   * {@code layer_types} or {@code max_window_layers} which layers have one.
   */
  List<Integer> chosenWindows(int usual) {
    boolean used = fields.flag("use_sliding_window", false);
    if (fields.has("layer_types")) {
      List<Integer> windows = windowsByType(used ? window(usual) : 1);
      if (!used && windows.contains(1)) {
        fields.problem("layer_types with sliding_attention, but use_sliding_window is false");
      }
      return windows;
    }
    List<Integer> windows = new ArrayList<>(Collections.nCopies(layers, DecoderSpec.NO_WINDOW));
    if (used) {
      int first = fields.has("max_window_layers") ? fields.get("max_window_layers").asInt(28) : 28;
      for (int layer = Math.max(0, first); layer < layers; layer++) {
        windows.set(layer, window(usual));
      }
    }
    return windows;
  }

  /**
   * The window of each layer by {@code layer_types}.
   *
   * @param size of those that have one
   */
  List<Integer> windowsByType(int size) {
    List<Integer> windows = new ArrayList<>();
    for (JsonNode type : fields.get("layer_types")) {
      switch (type.asText()) {
        case "full_attention" -> windows.add(DecoderSpec.NO_WINDOW);
        case "sliding_attention" -> windows.add(size);
        default -> {
          fields.problem(
              "layer_types with %s (supported: full_attention, sliding_attention)"
                  .formatted(Fields.shown(type)));
          return Collections.nCopies(layers, DecoderSpec.NO_WINDOW);
        }
      }
    }
    if (windows.size() != layers) {
      fields.problem(
          String.format(
              Locale.ROOT,
              "layer_types names %d layers, num_hidden_layers %d",
              windows.size(),
              layers));
      return Collections.nCopies(layers, DecoderSpec.NO_WINDOW);
    }
    return windows;
  }

  /**
   * @param usualEos end of sequence where no file names one
   */
  TokenRoles tokens(Set<Integer> usualEos) {
    // Older folders say by -1 that there is none.
    boolean hasPad = fields.get(PAD).asInt() >= 0 && !padLiesBeyond(fields);
    boolean named = !fields.get(EOS).isMissingNode();
    Set<Integer> configured = named ? fields.ids(EOS) : usualEos;
    String from = named ? "config.json" : "the default of model_type " + family.modelType();
    return new TokenRoles(
        generationEos.isEmpty() ? configured : generationEos,
        generationEos.isEmpty() ? from : GenerationConfig.FILE,
        fields.id("bos_token_id", vocabSize),
        hasPad ? fields.id(PAD, vocabSize) : OptionalInt.empty());
  }

  /**
   * Where one was added and the embedding was not made larger, there is no row for it; no prompt
   * has it, so that it changes no result.
   */
  private static boolean padLiesBeyond(Fields fields) {
    return fields.get(PAD).asInt() >= fields.get("vocab_size").asInt(Integer.MAX_VALUE);
  }

  /** What {@code config.json} says without any effect on a result. */
  static List<String> harmless(Path folder, JsonNode config) {
    Fields fields = new Fields(config, folder.resolve("config.json"));
    List<String> found = new ArrayList<>(RopeConfig.harmless(fields));
    if (padLiesBeyond(fields)) {
      found.add(PAD + " " + Fields.shown(fields.get(PAD)));
    }
    return found;
  }

  private static Set<Integer> eos(Path folder, JsonNode generation) {
    Fields fields = new Fields(generation, folder.resolve(GenerationConfig.FILE));
    Set<Integer> ids = fields.ids(EOS);
    fields.check("wrong settings");
    return ids;
  }

  private void consistency(DecoderSpec spec) {
    Attention attention = spec.attention();
    if (fields.get("num_hidden_layers").asInt() > LIMIT_LAYERS) {
      fields.problem("num_hidden_layers above " + LIMIT_LAYERS);
    }
    if (attention.heads() % attention.kvHeads() != 0) {
      fields.problem(
          String.format(
              Locale.ROOT,
              "num_attention_heads %d is no multiple of num_key_value_heads %d",
              attention.heads(),
              attention.kvHeads()));
    }
    if (attention.turnedDim() % 2 != 0) {
      fields.problem(
          String.format(Locale.ROOT, "the size of a head, %d, is odd", attention.headDim()));
    }
    if (RopeConfig.turnedShare(fields) != 1 && attention.turnedDim() == attention.headDim()) {
      fields.problem("partial_rotary_factor for model_type " + family.modelType());
    }
  }
}
