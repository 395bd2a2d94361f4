package io.turnmill.model;

import io.turnmill.model.DecoderSpec.Norms;
import java.util.OptionalInt;
import java.util.Set;

/** Qwen 2 and 2.5: biases on queries, keys and values, and on nothing else. */
final class Qwen2 implements DecoderArchitecture {
  @Override
  public String modelType() {
    return "qwen2";
  }

  @Override
  public String className() {
    return "Qwen2ForCausalLM";
  }

  @Override
  public DecoderSpec read(DecoderConfig config) {
    config.fixed("attention_bias", true);
    config.fixed("mlp_bias", false);
    int positions = config.positions(32_768);
    Rope rope = config.rope(positions);
    return new DecoderSpec(
        modelType(),
        config.vocabSize(),
        rope.maxPositions(positions),
        config.hiddenSize(),
        config.embeddings(false),
        config.attention(0, OptionalInt.of(32), true, false, false),
        config.feedForward("hidden_act", Activation.SILU, false),
        Norms.before(config.eps(1e-6)),
        config.layers(config.chosenWindows(4096), rope),
        config.tokens(Set.of()));
  }
}
