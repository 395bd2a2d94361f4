package io.turnmill.model;

import io.turnmill.model.DecoderSpec.Attention;
import java.util.List;
import java.util.Optional;

/** The tensors of a decoder: names and shapes, alike in all families. */
final class DecoderWeights {
  /** Before the names of a model that was saved with its output layer. */
  static final String PREFIX = "model.";

  /** Stored names of the two matrices that can be one. */
  static final String EMBEDDING = PREFIX + "embed_tokens.weight";

  static final String HEAD = "lm_head.weight";

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

  /** What a folder may hold besides, without any effect on a result. */
  static boolean harmless(String storedName, DecoderSpec spec) {
    return storedName.endsWith("rotary_emb.inv_freq")
        || (spec.tiedEmbeddings() && storedName.equals(HEAD));
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
