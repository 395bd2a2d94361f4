package io.turnmill.model;

import io.turnmill.model.DecoderSpec.Attention;
import io.turnmill.model.DecoderSpec.LayerKind;
import io.turnmill.model.DecoderSpec.Norms;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Phi 3, 3.5 and 4 (mini): queries, keys and values are stored as one matrix, gate and up as
 * another; a share of each head may turn, and its frequencies may differ for long sequences.
 */
final class Phi3 implements DecoderArchitecture {
  @Override
  public String modelType() {
    return "phi3";
  }

  @Override
  public String className() {
    return "Phi3ForCausalLM";
  }

  /** Microsoft's folders name the code from which the library's class was made. */
  @Override
  public Set<String> publishedCode() {
    return Set.of("modeling_phi3.Phi3ForCausalLM");
  }

  @Override
  public DecoderSpec read(DecoderConfig config) {
    for (String bias : List.of("attention_bias", "mlp_bias", "lm_head_bias")) {
      config.fixed(bias, false);
    }
    Attention whole = config.attention(0, OptionalInt.empty(), false, false, false);
    int turned = (int) (whole.headDim() * RopeConfig.turnedShare(config.fields()));
    int positions = config.positions(4096);
    Rope rope = RopeConfig.readLong(config.fields(), turned, positions, 4096);
    int window = config.window(DecoderSpec.NO_WINDOW);
    LayerKind kind = new LayerKind(window < positions ? window : DecoderSpec.NO_WINDOW, rope);
    return new DecoderSpec(
        modelType(),
        config.vocabSize(),
        rope.maxPositions(positions),
        config.hiddenSize(),
        config.embeddings(false),
        whole.withTurnedDim(turned),
        config.feedForward("hidden_act", Activation.SILU, false),
        Norms.before(config.eps(1e-5)),
        Collections.nCopies(config.layers(), kind),
        config.tokens(Set.of(32_000)));
  }

  @Override
  public void addLayer(WeightList.Block block, DecoderSpec spec) {
    DecoderWeights.addInputNorm(block, spec);
    DecoderWeights.addFusedQkv(block, spec);
    DecoderWeights.addOutputAndHeadNorms(block, spec);
    DecoderWeights.addOtherNorms(block, spec);
    DecoderWeights.addFusedFeedForward(block, spec);
  }
}
