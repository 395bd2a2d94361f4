package io.turnmill.model;

import io.turnmill.model.DecoderSpec.Norms;
import java.util.OptionalInt;
import java.util.Set;

/** Qwen 3: heads of queries and keys are normalised before they turn. */
final class Qwen3 implements DecoderArchitecture {
  @Override
  public String modelType() {
    return "qwen3";
  }

  @Override
  public String className() {
    return "Qwen3ForCausalLM";
  }

  @Override
  public DecoderSpec read(DecoderConfig config) {
    boolean bias = config.flag("attention_bias");
    config.fixed("mlp_bias", false);
    int positions = config.positions(32_768);
    Rope rope = config.rope(positions);
    return new DecoderSpec(
        modelType(),
        config.vocabSize(),
        rope.maxPositions(positions),
        config.hiddenSize(),
        config.embeddings(false),
        config.attention(128, OptionalInt.of(32), bias, bias, true),
        config.feedForward("hidden_act", Activation.SILU, false),
        Norms.before(config.eps(1e-6)),
        config.layers(config.chosenWindows(4096), rope),
        config.tokens(Set.of()));
  }
}
