package io.turnmill.model;

import io.turnmill.model.EncoderHead.Classification;
import io.turnmill.model.EncoderHead.Dense;
import io.turnmill.model.EncoderHead.Embedding;
import io.turnmill.model.EncoderSpec.Causal;
import io.turnmill.model.EncoderSpec.PostNorm;
import io.turnmill.model.EncoderSpec.PreNorm;
import java.util.List;
import java.util.Set;

/**
 * The tensors of an encoder. In the source every family has the same names; in the files each has
 * its own, with or without a prefix, by the class that the model was saved as.
 */
final class EncoderWeights {
  /** Heads of pre-training and other tasks, and tables that follow from the configuration. */
  private static final List<String> HARMLESS =
      List.of(
          "pooler.",
          "cls.",
          "lm_head.",
          "vocab_transform.",
          "vocab_layer_norm.",
          "vocab_projector.",
          "head.",
          "decoder.",
          "classifier.",
          "embeddings.position_ids",
          "rotary_emb.inv_freq");

  private final EncoderSpec spec;
  private final EncoderFamily family;
  private final String prefix;
  private final Set<String> stored;
  private final WeightList weights = new WeightList();

  private EncoderWeights(EncoderSpec spec, Set<String> stored) {
    this.spec = spec;
    this.stored = stored;
    this.family = EncoderFamily.of(spec.architecture()).orElse(null);
    String whole = prefix(spec);
    boolean wrapped = stored.stream().anyMatch(name -> name.startsWith(whole + "embed"));
    this.prefix = wrapped ? whole : "";
  }

  /** What stands before the names when a head is saved beside the encoder. */
  private static String prefix(EncoderSpec spec) {
    return EncoderFamily.of(spec.architecture())
        .map(EncoderFamily::prefix)
        .orElse(DecoderWeights.PREFIX);
  }

  /**
   * @param stored names of all tensors that the folder has
   */
  static List<Weight> of(EncoderSpec spec, Set<String> stored) {
    return new EncoderWeights(spec, stored).all();
  }

  /** What a folder may hold besides, without any effect on a result. */
  static boolean harmless(String storedName, EncoderSpec spec) {
    String prefix = prefix(spec);
    String name =
        storedName.startsWith(prefix) ? storedName.substring(prefix.length()) : storedName;
    return HARMLESS.stream().anyMatch(name::startsWith);
  }

  private List<Weight> all() {
    if (spec.blocks() instanceof PostNorm blocks) {
      postNorm(blocks);
    } else if (spec.blocks() instanceof PreNorm blocks) {
      preNorm(blocks);
    } else if (spec.blocks() instanceof Causal blocks) {
      DecoderWeights.addStates(weights, blocks.decoder(), prefix);
    }
    if (spec.head() instanceof Classification head) {
      classification(head);
    } else {
      for (Dense dense : ((Embedding) spec.head()).dense()) {
        weights.modelLinear(
            dense.folder(), dense.folder() + "/linear", dense.out(), dense.in(), dense.bias());
      }
    }
    return weights.list();
  }

  private void postNorm(PostNorm blocks) {
    long hidden = spec.hiddenSize();
    String embeddings = prefix + "embeddings.";
    weights.model("words", embeddings + "word_embeddings.weight", spec.vocabSize(), hidden);
    weights.model(
        "positions", embeddings + "position_embeddings.weight", blocks.positionRows(), hidden);
    if (blocks.tokenTypes() > 0) {
      weights.model(
          "types", embeddings + "token_type_embeddings.weight", blocks.tokenTypes(), hidden);
    }
    weights.model("norm.weight", gamma(embeddings + "LayerNorm"), hidden);
    weights.model("norm.bias", beta(embeddings + "LayerNorm"), hidden);
    boolean distil = family == EncoderFamily.DISTILBERT;
    for (int layer = 0; layer < spec.layers(); layer++) {
      String place = prefix + (distil ? "transformer" : "encoder") + ".layer." + layer + ".";
      if (distil) {
        block(layer, place, blocks, DISTIL_NAMES);
      } else {
        block(layer, place, blocks, BERT_NAMES);
      }
    }
  }

  /** Queries, keys, values, output, its norm, inner, outer, its norm. */
  private static final List<String> BERT_NAMES =
      List.of(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense",
          "attention.output.LayerNorm",
          "intermediate.dense",
          "output.dense",
          "output.LayerNorm");

  private static final List<String> DISTIL_NAMES =
      List.of(
          "attention.q_lin",
          "attention.k_lin",
          "attention.v_lin",
          "attention.out_lin",
          "sa_layer_norm",
          "ffn.lin1",
          "ffn.lin2",
          "output_layer_norm");

  private void block(int layer, String place, PostNorm blocks, List<String> names) {
    long hidden = spec.hiddenSize();
    WeightList.Block block = weights.block(layer, "");
    block.linear("query", place + names.get(0), hidden, hidden, true);
    block.linear("key", place + names.get(1), hidden, hidden, true);
    block.linear("value", place + names.get(2), hidden, hidden, true);
    block.linear("output", place + names.get(3), hidden, hidden, true);
    norm(block, "attention_norm", place + names.get(4));
    block.linear("inner", place + names.get(5), blocks.innerWidth(), hidden, true);
    block.linear("outer", place + names.get(6), hidden, blocks.innerWidth(), true);
    norm(block, "output_norm", place + names.get(7));
  }

  private void norm(WeightList.Block block, String name, String storedName) {
    block.tensor(name + ".weight", gamma(storedName), spec.hiddenSize());
    block.tensor(name + ".bias", beta(storedName), spec.hiddenSize());
  }

  /** The oldest folders call a normalisation's weight and bias gamma and beta. */
  private String gamma(String norm) {
    return stored.contains(norm + ".gamma") ? norm + ".gamma" : norm + ".weight";
  }

  private String beta(String norm) {
    return stored.contains(norm + ".beta") ? norm + ".beta" : norm + ".bias";
  }

  private void preNorm(PreNorm blocks) {
    long hidden = spec.hiddenSize();
    boolean normBias = blocks.biases().norm();
    weights.model("words", prefix + "embeddings.tok_embeddings.weight", spec.vocabSize(), hidden);
    weights.modelNorm("norm", prefix + "embeddings.norm", hidden, normBias);
    for (int layer = 0; layer < spec.layers(); layer++) {
      WeightList.Block block = weights.block(layer, prefix + "layers." + layer + ".");
      if (layer > 0) {
        block.norm("attention_norm", "attn_norm", hidden, normBias);
      }
      boolean attentionBias = blocks.biases().attention();
      block.linear("projections", "attn.Wqkv", 3 * hidden, hidden, attentionBias);
      block.linear("output", "attn.Wo", hidden, hidden, attentionBias);
      block.norm("mlp_norm", "mlp_norm", hidden, normBias);
      long inner = blocks.innerWidth();
      block.linear("inner", "mlp.Wi", 2 * inner, hidden, blocks.biases().mlp());
      block.linear("outer", "mlp.Wo", hidden, inner, blocks.biases().mlp());
    }
    weights.modelNorm("final_norm", prefix + "final_norm", hidden, normBias);
  }

  private void classification(Classification head) {
    long hidden = spec.hiddenSize();
    String dense =
        switch (family) {
          case BERT -> prefix + "pooler.dense";
          case ROBERTA, XLM_ROBERTA -> "classifier.dense";
          case DISTILBERT -> "pre_classifier";
          case MODERNBERT -> "head.dense";
        };
    weights.modelLinear("dense", dense, hidden, hidden, head.denseBias());
    if (head.norm()) {
      boolean bias = spec.blocks() instanceof PreNorm blocks && blocks.biases().norm();
      weights.modelNorm("head_norm", "head.norm", hidden, bias);
    }
    String out = family.positionsFromPad() ? "classifier.out_proj" : "classifier";
    weights.modelLinear("scores", out, head.width(), hidden, true);
  }
}
