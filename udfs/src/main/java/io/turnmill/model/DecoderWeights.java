package io.turnmill.model;

import io.turnmill.model.DecoderSpec.Attention;
import java.util.List;

/** The tensors of a decoder: names and shapes, alike in all families. */
final class DecoderWeights {
  private DecoderWeights() {}

  static List<Weight> of(DecoderSpec spec) {
    WeightList weights = new WeightList();
    long hidden = spec.hiddenSize();
    String embeddings = "model.embed_tokens.weight";
    weights.model(embeddings, embeddings, spec.vocabSize(), hidden);
    for (int layer = 0; layer < spec.layers(); layer++) {
      addLayer(weights.block(layer, "model.layers." + layer + "."), spec);
    }
    weights.modelNorm("model.norm", "model.norm", hidden, false);
    if (!spec.tiedEmbeddings()) {
      weights.modelLinear("lm_head", "lm_head", spec.vocabSize(), hidden, false);
    }
    return weights.list();
  }

  /** What a folder may hold besides, without any effect on a result. */
  static boolean harmless(String storedName, DecoderSpec spec) {
    return storedName.endsWith("rotary_emb.inv_freq")
        || (spec.tiedEmbeddings() && storedName.equals("lm_head.weight"));
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
