package io.turnmill.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.model.DecoderSpec.Attention;
import io.turnmill.model.DecoderSpec.Mlp;
import io.turnmill.model.DecoderSpec.TokenRoles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads {@code config.json} of the {@linkplain DecoderFamily decoder families}. Defaults of absent
 * keys are those of transformers.
 */
final class DecoderConfig {
  private static final int LIMIT_LAYERS = 1024;
  private static final String EOS = "eos_token_id";
  private static final String PAD = "pad_token_id";

  private final DecoderFamily family;
  private final Path folder;
  private final Fields fields;
  private final int layers;

  private DecoderConfig(DecoderFamily family, Path folder, Fields fields) {
    this.family = family;
    this.folder = folder;
    this.fields = fields;
    this.layers = Math.min(LIMIT_LAYERS, fields.size("num_hidden_layers"));
  }

  static DecoderSpec read(
      DecoderFamily family, Path folder, JsonNode config, Optional<JsonNode> generation) {
    Fields fields = new Fields(config, folder.resolve("config.json"));
    DecoderConfig reader = new DecoderConfig(family, folder, fields);
    reader.unsupported();
    DecoderSpec spec = reader.spec(generation.map(g -> eos(folder, g)).orElse(Set.of()));
    if (fields.sound()) { // else these would be consequences
      reader.consistency(spec);
    }
    fields.check("cannot be used as it is");
    return spec;
  }

  /** All that would change a result and is not built. */
  private void unsupported() {
    for (JsonNode architecture : fields.get("architectures")) {
      boolean states =
          SentenceModules.presentIn(folder)
              && architecture
                  .asText()
                  .equals(family.architecture().replace("ForCausalLM", "Model"));
      if (!architecture.asText().equals(family.architecture()) && !states) {
        fields.problem(
            "architecture %s (supported for model_type %s: %s)"
                .formatted(Fields.shown(architecture), family.modelType(), family.architecture()));
      }
    }
    if (fields.number("partial_rotary_factor", 1) != 1) {
      fields.problem("partial_rotary_factor " + fields.get("partial_rotary_factor"));
    }
    ModelConfig.unsupported(fields);
    if (!fields.flag("is_causal", true)) {
      fields.problem("is_causal false");
    }
    if (fields.flag("use_bidirectional_attention", false)) {
      fields.problem("use_bidirectional_attention true");
    }
    if (!family.hasAttentionBias()
        && fields.flag("attention_bias", family.inputBias()) != family.inputBias()) {
      fields.problem(
          "attention_bias "
              + fields.get("attention_bias")
              + " for model_type "
              + family.modelType());
    }
    if (!family.hasMlpBias() && fields.flag("mlp_bias", false)) {
      fields.problem("mlp_bias true for model_type " + family.modelType());
    }
  }

  /**
   * @param generationEos end of sequence as {@code generation_config.json} names it; may be empty
   */
  private DecoderSpec spec(Set<Integer> generationEos) {
    int vocab = fields.size("vocab_size");
    int hidden = fields.size("hidden_size");
    int configured = fields.size("max_position_embeddings", family.maxPositions());
    Rope rope = RopeConfig.read(fields, 10_000, configured);
    // Older folders say by -1 that there is none.
    boolean hasPad = fields.get(PAD).asInt() >= 0 && !padLiesBeyond(fields);
    return new DecoderSpec(
        family.modelType(),
        vocab,
        rope.maxPositions(configured),
        hidden,
        layers,
        attention(hidden),
        new Mlp(
            fields.size("intermediate_size"),
            fields.activation("hidden_act", Activation.SILU),
            family.hasMlpBias() && fields.flag("mlp_bias", false)),
        fields.positive("rms_norm_eps", 1e-6),
        rope,
        fields.flag("tie_word_embeddings", false),
        new TokenRoles(
            generationEos.isEmpty() ? eosOfConfig() : generationEos,
            generationEos.isEmpty() ? eosOfConfigFrom() : GenerationConfig.FILE,
            fields.id("bos_token_id", vocab),
            hasPad ? fields.id(PAD, vocab) : OptionalInt.empty()));
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

  private Set<Integer> eosOfConfig() {
    boolean named = !fields.get(EOS).isMissingNode();
    return named ? fields.ids(EOS) : family.eos();
  }

  private String eosOfConfigFrom() {
    boolean named = !fields.get(EOS).isMissingNode();
    return named ? "config.json" : "the default of model_type " + family.modelType();
  }

  private Attention attention(int hidden) {
    int heads = fields.size("num_attention_heads");
    boolean named = !fields.get("num_key_value_heads").isMissingNode(); // null says: like heads
    boolean free = family.hasAttentionBias();
    boolean bias = free && fields.flag("attention_bias", false);
    int usual = family.headDim() > 0 ? family.headDim() : Math.max(1, hidden / heads);
    return new Attention(
        heads,
        fields.size("num_key_value_heads", named ? heads : family.kvHeads().orElse(heads)),
        fields.size("head_dim", usual),
        free ? bias : family.inputBias(),
        bias,
        family.headNorm(),
        windows());
  }

  /** How many positions each layer sees. */
  private List<Integer> windows() {
    List<Integer> all = Collections.nCopies(layers, DecoderSpec.NO_WINDOW);
    if (!family.choosesWindows()) {
      int size = windowSize();
      return Collections.nCopies(layers, size);
    }
    boolean used = fields.flag("use_sliding_window", false);
    if (fields.has("layer_types")) {
      return byLayerTypes(used);
    }
    if (!used) {
      return all;
    }
    int first = fields.has("max_window_layers") ? fields.get("max_window_layers").asInt(28) : 28;
    List<Integer> windows = new ArrayList<>(all);
    for (int layer = Math.max(0, first); layer < layers; layer++) {
      windows.set(layer, windowSize());
    }
    return windows;
  }

  private List<Integer> byLayerTypes(boolean used) {
    List<Integer> windows = new ArrayList<>();
    JsonNode types = fields.get("layer_types");
    for (JsonNode type : types) {
      switch (type.asText()) {
        case "full_attention" -> windows.add(DecoderSpec.NO_WINDOW);
        case "sliding_attention" -> {
          windows.add(windowSize());
          if (!used) {
            fields.problem("layer_types with sliding_attention, but use_sliding_window is false");
            return Collections.nCopies(layers, DecoderSpec.NO_WINDOW);
          }
        }
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

  /** An explicit null says that there is none. */
  private int windowSize() {
    boolean named = !fields.get("sliding_window").isMissingNode();
    int otherwise = named ? DecoderSpec.NO_WINDOW : family.window();
    return family == DecoderFamily.LLAMA
        ? DecoderSpec.NO_WINDOW
        : fields.size("sliding_window", otherwise);
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
    if (!fields.has("head_dim")
        && family.headDim() == 0
        && spec.hiddenSize() % attention.heads() != 0) {
      fields.problem(
          String.format(
              Locale.ROOT,
              "hidden_size %d is no multiple of num_attention_heads %d",
              spec.hiddenSize(),
              attention.heads()));
    }
    if (attention.headDim() % 2 != 0) {
      fields.problem(
          String.format(Locale.ROOT, "the size of a head, %d, is odd", attention.headDim()));
    }
  }
}
