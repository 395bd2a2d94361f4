package io.turnmill.model;

import io.turnmill.model.DecoderSpec.Norms;
import java.util.Collections;
import java.util.OptionalInt;
import java.util.Set;

/** Mistral: {@code sliding_window} is for all layers, or there is none. */
final class Mistral implements DecoderArchitecture {
  @Override
  public String modelType() {
    return "mistral";
  }

  @Override
  public String className() {
    return "MistralForCausalLM";
  }

  @Override
  public DecoderSpec read(DecoderConfig config) {
    config.fixed("attention_bias", false);
    config.fixed("mlp_bias", false);
    int positions = config.positions(4096 * 32);
    Rope rope = config.rope(positions);
    return new DecoderSpec(
        modelType(),
        config.vocabSize(),
        rope.maxPositions(positions),
        config.hiddenSize(),
        config.embeddings(false),
        config.attention(0, OptionalInt.of(8), false, false, false),
        config.feedForward("hidden_act", Activation.SILU, false),
        Norms.before(config.eps(1e-6)),
        config.layers(Collections.nCopies(config.layers(), config.window(4096)), rope),
        config.tokens(Set.of(2)));
  }
}
