package io.turnmill.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The decoder families, and what each of them fixes or defaults in its own configuration class
 * ({@code configuration_*.py} of transformers 4.57).
 */
enum DecoderFamily {
  QWEN2("qwen2", "Qwen2ForCausalLM", 32_768, 0),
  QWEN3("qwen3", "Qwen3ForCausalLM", 32_768, 128),
  LLAMA("llama", "LlamaForCausalLM", 2048, 0),
  MISTRAL("mistral", "MistralForCausalLM", 4096 * 32, 0);

  private final String modelType;
  private final String architecture;
  private final int maxPositions;
  private final int headDim;

  DecoderFamily(String modelType, String architecture, int maxPositions, int headDim) {
    this.modelType = modelType;
    this.architecture = architecture;
    this.maxPositions = maxPositions;
    this.headDim = headDim;
  }

  static Optional<DecoderFamily> of(String modelType) {
    return Arrays.stream(values()).filter(family -> family.modelType.equals(modelType)).findFirst();
  }

  String modelType() {
    return modelType;
  }

  /** The class in transformers that {@code architectures} names. */
  String architecture() {
    return architecture;
  }

  int maxPositions() {
    return maxPositions;
  }

  /** Width of a head where the configuration does not say it; 0 for hidden size by heads. */
  int headDim() {
    return headDim;
  }

  /** Key and value heads where the configuration has no such key; empty for as many as heads. */
  OptionalInt kvHeads() {
    return switch (this) {
      case QWEN2, QWEN3 -> OptionalInt.of(32);
      case MISTRAL -> OptionalInt.of(8);
      case LLAMA -> OptionalInt.empty();
    };
  }

  /**
   * Whether {@code use_sliding_window} and {@code layer_types} choose the layers that have a
   * sliding window; else {@code sliding_window} is for all of them.
   */
  boolean choosesWindows() {
    return this == QWEN2 || this == QWEN3;
  }

  /** Size of a sliding window where the configuration has no such key. */
  int window() {
    return this == LLAMA ? DecoderSpec.NO_WINDOW : 4096;
  }

  /** Whether {@code attention_bias} has a say; else {@link #inputBias} is fixed. */
  boolean hasAttentionBias() {
    return this == QWEN3 || this == LLAMA;
  }

  boolean inputBias() {
    return this == QWEN2;
  }

  boolean hasMlpBias() {
    return this == LLAMA;
  }

  /** End of sequence where the configuration has no such key. */
  Set<Integer> eos() {
    return this == LLAMA || this == MISTRAL ? Set.of(2) : Set.of();
  }

  boolean headNorm() {
    return this == QWEN3;
  }
}
