package io.turnmill.model;

import java.util.Set;

/**
 * A family of decoders, known by the {@code model_type} of {@code config.json}: how its
 * configuration is read and which tensors it has. One class each, which says all that the family
 * fixes or defaults, as its configuration class in transformers 4.57 does ({@code
 * configuration_*.py}). A new family is a class here and a line in {@link DecoderArchitectures}, as
 * long as {@link DecoderSpec} can say what it computes.
 */
interface DecoderArchitecture {
  String modelType();

  /** The class in transformers that {@code architectures} names. */
  String className();

  /** The class without an output layer, by whose name embedders are stored. */
  default String statesClassName() {
    return className().replace("ForCausalLM", "Model");
  }

  /**
   * Classes that {@code auto_map} of published folders names as code of the model's own, although
   * the library's class computes the same.
   */
  default Set<String> publishedCode() {
    return Set.of();
  }

  /** Reads the configuration; what is wrong with it is gathered in {@code config}. */
  DecoderSpec read(DecoderConfig config);

  /** The tensors of one layer, by the names under which they are stored. */
  default void addLayer(WeightList.Block block, DecoderSpec spec) {
    DecoderWeights.addInputNorm(block, spec);
    DecoderWeights.addQkv(block, spec);
    DecoderWeights.addOutputAndHeadNorms(block, spec);
    DecoderWeights.addOtherNorms(block, spec);
    DecoderWeights.addFeedForward(block, spec);
  }
}
