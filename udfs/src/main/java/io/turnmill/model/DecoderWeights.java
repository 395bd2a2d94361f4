package io.turnmill.model;

import io.turnmill.model.DecoderSpec.Attention;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tensors of a decoder: names and shapes, alike in all families. */
final class DecoderWeights {
  /** Before the names of a model that was saved with its output layer. */
  static final String PREFIX = "model.";

  /** Stored names of the two matrices that can be one. */
  static final String EMBEDDING = PREFIX + "embed_tokens.weight";

  static final String HEAD = "lm_head.weight";

  /**
   * Tables that follow from the configuration; heads that draft further tokens (multi-token
   * prediction); the head that judges a text while a model is trained by its rewards.
   */
  private static final Pattern HARMLESS =
      Pattern.compile(
          "(.+\\.)?rotary_emb\\.(inv_freq|original_inv_freq|cos_cached|sin_cached)"
              + "|(model\\.)?mtp(_layers|_block)?\\..+"
              + "|v_head\\..+");

  private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d{1,6})\\..+");

  private DecoderWeights() {}

  static List<Weight> of(DecoderSpec spec) {
    WeightList weights = new WeightList();
    addStates(weights, spec, PREFIX);
    if (!spec.tiedEmbeddings()) {
      weights.add(outputLayer(spec, HEAD));
    }
    return weights.list();
  }

  /** The output layer of a model whose embedding serves as that. */
  static Optional<Weight> tiedOutputLayer(DecoderSpec spec) {
    return spec.tiedEmbeddings() ? Optional.of(outputLayer(spec, EMBEDDING)) : Optional.empty();
  }

  private static Weight outputLayer(DecoderSpec spec, String storedName) {
    List<Long> shape = List.of((long) spec.vocabSize(), (long) spec.hiddenSize());
    return new Weight(Weight.OF_MODEL, HEAD, storedName, shape, Weight.Use.OUTPUT_LINEAR);
  }

  /** All but the output layer. */
  static void addStates(WeightList weights, DecoderSpec spec, String prefix) {
    long hidden = spec.hiddenSize();
    weights.model(
        "model.embed_tokens.weight", prefix + "embed_tokens.weight", spec.vocabSize(), hidden);
    for (int layer = 0; layer < spec.layers(); layer++) {
      addLayer(weights.block(layer, prefix + "layers." + layer + "."), spec);
    }
    weights.modelNorm("model.norm", prefix + "norm", hidden, false);
  }

  /**
   * What a folder may hold besides, without any effect on a result.
   *
   * @param stored names of all tensors that the folder has
   */
  static boolean harmless(String storedName, DecoderSpec spec, Set<String> stored) {
    return HARMLESS.matcher(storedName).matches()
        || (spec.tiedEmbeddings() && storedName.equals(HEAD))
        || ofDraftLayer(storedName, spec, stored);
  }

  /** DeepSeek keeps a draft head as one more layer, which alone has a projection of two states. */
  private static boolean ofDraftLayer(String storedName, DecoderSpec spec, Set<String> stored) {
    Matcher layer = LAYER.matcher(storedName);
    return layer.matches()
        && Integer.parseInt(layer.group(1)) >= spec.layers()
        && stored.contains("model.layers." + layer.group(1) + ".eh_proj.weight");
  }

  private static void addLayer(WeightList.Block block, DecoderSpec spec) {
    Attention attention = spec.attention();
    long hidden = spec.hiddenSize();
    long queries = (long) attention.heads() * attention.headDim();
    long keys = (long) attention.kvHeads() * attention.headDim();
    long inner = spec.mlp().width();
    norm(block, "input_layernorm", hidden)
        .linear("self_attn.q_proj", queries, hidden, attention.inputBias())
        .linear("self_attn.k_proj", keys, hidden, attention.inputBias())
        .linear("self_attn.v_proj", keys, hidden, attention.inputBias())
        .linear("self_attn.o_proj", hidden, queries, attention.outputBias());
    if (attention.headNorm()) {
      norm(block, "self_attn.q_norm", attention.headDim());
      norm(block, "self_attn.k_norm", attention.headDim());
    }
    norm(block, "post_attention_layernorm", hidden)
        .linear("mlp.gate_proj", inner, hidden, spec.mlp().bias())
        .linear("mlp.up_proj", inner, hidden, spec.mlp().bias())
        .linear("mlp.down_proj", hidden, inner, spec.mlp().bias());
  }

  private static WeightList.Block norm(WeightList.Block block, String name, long width) {
    return block.norm(name, name, width, false);
  }
}
