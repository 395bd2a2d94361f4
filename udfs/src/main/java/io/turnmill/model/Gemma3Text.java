package io.turnmill.model;

import io.turnmill.model.DecoderSpec.Attention;
import io.turnmill.model.DecoderSpec.Embeddings;
import io.turnmill.model.DecoderSpec.LayerKind;
import io.turnmill.model.DecoderSpec.Norms;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Gemma 3 as it reads text alone: embeddings are scaled, each part of a layer is normalised before
 * and after, and most layers see a window and turn by a rotary embedding of their own.
 */
final class Gemma3Text implements DecoderArchitecture {
  private static final String LOCAL = "sliding_attention";
  private static final String GLOBAL = "full_attention";

  @Override
  public String modelType() {
    return "gemma3_text";
  }

  @Override
  public String className() {
    return "Gemma3ForCausalLM";
  }

  @Override
  public String statesClassName() {
    return "Gemma3TextModel";
  }

  @Override
  public DecoderSpec read(DecoderConfig config) {
    config.fixed("mlp_bias", false);
    config.absent("attn_logit_softcapping"); // read by the library's class, and then not used
    boolean bias = config.flag("attention_bias");
    int positions = config.positions(131_072);
    Attention attention = config.attention(256, OptionalInt.of(4), bias, bias, true);
    double scaled = config.fields().positive("query_pre_attn_scalar", 256);
    return new DecoderSpec(
        modelType(),
        config.vocabSize(),
        positions, // the length after scaling already
        config.hiddenSize(),
        embeddings(config),
        attention.withScale(1 / Math.sqrt(scaled)),
        config.feedForward("hidden_activation", Activation.GELU_TANH, false),
        new Norms(config.eps(1e-6), true, true),
        layers(config, positions),
        config.tokens(Set.of(1)));
  }

  private static Embeddings embeddings(DecoderConfig config) {
    Fields fields = config.fields();
    String cap = "final_logit_softcapping";
    return new Embeddings(
        fields.flag("tie_word_embeddings", true),
        Math.sqrt(config.hiddenSize()),
        fields.has(cap) ? OptionalDouble.of(fields.positive(cap, 1)) : OptionalDouble.empty());
  }

  private static List<LayerKind> layers(DecoderConfig config, int positions) {
    LayerKind global = new LayerKind(DecoderSpec.NO_WINDOW, globalRope(config.fields(), positions));
    LayerKind local = new LayerKind(config.window(4096), localRope(config.fields(), positions));
    if (local.window() == DecoderSpec.NO_WINDOW) {
      config.fields().problem("sliding_window null for model_type gemma3_text");
    }
    return windows(config, local.window()).stream()
        .map(window -> window == DecoderSpec.NO_WINDOW ? global : local)
        .toList();
  }

  private static List<Integer> windows(DecoderConfig config, int size) {
    if (config.fields().has("layer_types")) {
      return config.windowsByType(size);
    }
    int pattern = config.fields().size("sliding_window_pattern", 6);
    return IntStream.rangeClosed(1, config.layers())
        .mapToObj(layer -> layer % pattern == 0 ? DecoderSpec.NO_WINDOW : size)
        .toList();
  }

  private static Rope globalRope(Fields fields, int positions) {
    return fields.inside("rope_parameters").has(GLOBAL)
        ? RopeConfig.readKind(fields, GLOBAL, 1_000_000, positions)
        : RopeConfig.read(fields, 1_000_000, positions);
  }

  private static Rope localRope(Fields fields, int positions) {
    return fields.inside("rope_parameters").has(LOCAL)
        ? RopeConfig.readKind(fields, LOCAL, 10_000, positions)
        : Rope.unscaled(fields.positive("rope_local_base_freq", 10_000));
  }
}
