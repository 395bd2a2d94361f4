package io.turnmill.model;

import io.turnmill.model.DecoderSpec.Norms;
import java.util.Collections;
import java.util.OptionalInt;
import java.util.Set;

/** Llama 1 to 3: the plainest of all; biases everywhere or nowhere, no sliding window. */
final class Llama implements DecoderArchitecture {
  @Override
  public String modelType() {
    return "llama";
  }

  @Override
  public String className() {
    return "LlamaForCausalLM";
  }

  @Override
  public DecoderSpec read(DecoderConfig config) {
    boolean bias = config.flag("attention_bias");
    int positions = config.positions(2048);
    Rope rope = config.rope(positions);
    return new DecoderSpec(
        modelType(),
        config.vocabSize(),
        rope.maxPositions(positions),
        config.hiddenSize(),
        config.embeddings(false),
        config.attention(0, OptionalInt.empty(), bias, bias, false),
        config.feedForward("hidden_act", Activation.SILU, config.flag("mlp_bias")),
        Norms.before(config.eps(1e-6)),
        config.layers(Collections.nCopies(config.layers(), DecoderSpec.NO_WINDOW), rope),
        config.tokens(Set.of(2)));
  }
}
