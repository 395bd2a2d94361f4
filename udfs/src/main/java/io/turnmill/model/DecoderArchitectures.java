package io.turnmill.model;

import java.util.List;
import java.util.Optional;

/** The decoder families that are built. */
final class DecoderArchitectures {
  static final List<DecoderArchitecture> ALL =
      List.of(new Qwen2(), new Qwen3(), new Llama(), new Mistral(), new Phi3(), new Gemma3Text());

  private DecoderArchitectures() {}

  static Optional<DecoderArchitecture> of(String modelType) {
    return ALL.stream().filter(family -> family.modelType().equals(modelType)).findFirst();
  }

  static DecoderArchitecture of(DecoderSpec spec) {
    return of(spec.architecture())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "There is no family %s. This is a bug.".formatted(spec.architecture())));
  }
}
