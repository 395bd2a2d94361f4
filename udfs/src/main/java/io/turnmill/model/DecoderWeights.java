package io.turnmill.model;

import java.util.ArrayList;
import java.util.List;

/** The tensors of a Qwen2 decoder: names and shapes. */
final class DecoderWeights {
  private DecoderWeights() {}

  static List<Weight> of(DecoderSpec spec) {
    List<Weight> weights = new ArrayList<>();
    long hidden = spec.hiddenSize();
    weights.add(ofModel("model.embed_tokens.weight", (long) spec.vocabSize(), hidden));
    for (int layer = 0; layer < spec.layers(); layer++) {
      addLayer(weights, layer, spec);
    }
    weights.add(ofModel("model.norm.weight", hidden));
    if (!spec.tiedEmbeddings()) {
      weights.add(ofModel("lm_head.weight", (long) spec.vocabSize(), hidden));
    }
    return weights;
  }

  /** What a folder may hold besides, without any effect on a result. */
  static boolean harmless(String storedName, DecoderSpec spec) {
    return storedName.endsWith(".rotary_emb.inv_freq")
        || (spec.tiedEmbeddings() && storedName.equals("lm_head.weight"));
  }

  private static void addLayer(List<Weight> weights, int layer, DecoderSpec spec) {
    long hidden = spec.hiddenSize();
    long queries = (long) spec.heads() * spec.headDim();
    long keys = (long) spec.kvHeads() * spec.headDim();
    long inner = spec.intermediateSize();
    weights.add(ofLayer(layer, "input_layernorm.weight", hidden));
    weights.add(ofLayer(layer, "self_attn.q_proj.weight", queries, hidden));
    weights.add(ofLayer(layer, "self_attn.q_proj.bias", queries));
    weights.add(ofLayer(layer, "self_attn.k_proj.weight", keys, hidden));
    weights.add(ofLayer(layer, "self_attn.k_proj.bias", keys));
    weights.add(ofLayer(layer, "self_attn.v_proj.weight", keys, hidden));
    weights.add(ofLayer(layer, "self_attn.v_proj.bias", keys));
    weights.add(ofLayer(layer, "self_attn.o_proj.weight", hidden, queries));
    weights.add(ofLayer(layer, "post_attention_layernorm.weight", hidden));
    weights.add(ofLayer(layer, "mlp.gate_proj.weight", inner, hidden));
    weights.add(ofLayer(layer, "mlp.up_proj.weight", inner, hidden));
    weights.add(ofLayer(layer, "mlp.down_proj.weight", hidden, inner));
  }

  private static Weight ofModel(String name, Long... shape) {
    return new Weight(-1, name, name, List.of(shape));
  }

  private static Weight ofLayer(int layer, String name, Long... shape) {
    return new Weight(layer, name, "model.layers." + layer + "." + name, List.of(shape));
  }
}
