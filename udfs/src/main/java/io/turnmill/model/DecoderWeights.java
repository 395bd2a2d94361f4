package io.turnmill.model;

import io.turnmill.model.DecoderSpec.Attention;
import io.turnmill.model.Weight.RowRange;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tensors of a decoder: names and shapes. Those of layers are put together by each {@link
 * DecoderArchitecture} from the parts that are here.
 */
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
    if (!spec.embeddings().tied()) {
      weights.add(outputLayer(spec, HEAD));
    }
    return weights.list();
  }

  /** The output layer of a model whose embedding serves as that. */
  static Optional<Weight> tiedOutputLayer(DecoderSpec spec) {
    return spec.embeddings().tied() ? Optional.of(outputLayer(spec, EMBEDDING)) : Optional.empty();
  }

  private static Weight outputLayer(DecoderSpec spec, String storedName) {
    List<Long> shape = List.of((long) spec.vocabSize(), (long) spec.hiddenSize());
    return new Weight(Weight.OF_MODEL, HEAD, storedName, shape, Weight.Use.OUTPUT_LINEAR);
  }

  /** All but the output layer. */
  static void addStates(WeightList weights, DecoderSpec spec, String prefix) {
    DecoderArchitecture family = DecoderArchitectures.of(spec);
    long hidden = spec.hiddenSize();
    weights.model(
        "model.embed_tokens.weight", prefix + "embed_tokens.weight", spec.vocabSize(), hidden);
    for (int layer = 0; layer < spec.layers(); layer++) {
      family.addLayer(weights.block(layer, prefix + "layers." + layer + "."), spec);
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
        || (spec.embeddings().tied() && storedName.equals(HEAD))
        || ofDraftLayer(storedName, spec, stored);
  }

  /** DeepSeek keeps a draft head as one more layer, which alone has a projection of two states. */
  private static boolean ofDraftLayer(String storedName, DecoderSpec spec, Set<String> stored) {
    Matcher layer = LAYER.matcher(storedName);
    return layer.matches()
        && Integer.parseInt(layer.group(1)) >= spec.layers()
        && stored.contains("model.layers." + layer.group(1) + ".eh_proj.weight");
  }

  static void addInputNorm(WeightList.Block block, DecoderSpec spec) {
    norm(block, "input_layernorm", spec.hiddenSize());
  }

  /** Queries, keys and values, each by itself. */
  static void addQkv(WeightList.Block block, DecoderSpec spec) {
    Attention attention = spec.attention();
    long hidden = spec.hiddenSize();
    long keys = keys(attention);
    boolean bias = attention.inputBias();
    block
        .linear("self_attn.q_proj", queries(attention), hidden, bias)
        .linear("self_attn.k_proj", keys, hidden, bias)
        .linear("self_attn.v_proj", keys, hidden, bias);
  }

  /** The same as one matrix. */
  static void addFusedQkv(WeightList.Block block, DecoderSpec spec) {
    long hidden = spec.hiddenSize();
    long queries = queries(spec.attention());
    long keys = keys(spec.attention());
    long all = queries + 2 * keys;
    String stored = "self_attn.qkv_proj";
    block
        .linear("self_attn.q_proj", stored, queries, hidden, new RowRange(0, all))
        .linear("self_attn.k_proj", stored, keys, hidden, new RowRange(queries, all))
        .linear("self_attn.v_proj", stored, keys, hidden, new RowRange(queries + keys, all));
  }

  static void addOutputAndHeadNorms(WeightList.Block block, DecoderSpec spec) {
    Attention attention = spec.attention();
    block.linear("self_attn.o_proj", spec.hiddenSize(), queries(attention), attention.outputBias());
    if (attention.headNorm()) {
      norm(block, "self_attn.q_norm", attention.headDim());
      norm(block, "self_attn.k_norm", attention.headDim());
    }
  }

  /** All norms of a layer but the first one. */
  static void addOtherNorms(WeightList.Block block, DecoderSpec spec) {
    norm(block, "post_attention_layernorm", spec.hiddenSize());
    if (spec.norms().after()) {
      norm(block, "pre_feedforward_layernorm", spec.hiddenSize());
      norm(block, "post_feedforward_layernorm", spec.hiddenSize());
    }
  }

  static void addFeedForward(WeightList.Block block, DecoderSpec spec) {
    long hidden = spec.hiddenSize();
    long inner = spec.feedForward().width();
    boolean bias = spec.feedForward().bias();
    block
        .linear("mlp.gate_proj", inner, hidden, bias)
        .linear("mlp.up_proj", inner, hidden, bias)
        .linear("mlp.down_proj", hidden, inner, bias);
  }

  /** The same with the first two as one matrix. */
  static void addFusedFeedForward(WeightList.Block block, DecoderSpec spec) {
    long hidden = spec.hiddenSize();
    long inner = spec.feedForward().width();
    String stored = "mlp.gate_up_proj";
    block
        .linear("mlp.gate_proj", stored, inner, hidden, new RowRange(0, 2 * inner))
        .linear("mlp.up_proj", stored, inner, hidden, new RowRange(inner, 2 * inner))
        .linear("mlp.down_proj", hidden, inner, false);
  }

  private static long queries(Attention attention) {
    return (long) attention.heads() * attention.headDim();
  }

  private static long keys(Attention attention) {
    return (long) attention.kvHeads() * attention.headDim();
  }

  private static void norm(WeightList.Block block, String name, long width) {
    block.norm(name, name, width, false);
  }
}
