package io.turnmill.model;

import java.util.List;
import java.util.Set;

/** The tensors of a model of any kind. */
final class ModelWeights {
  private ModelWeights() {}

  /**
   * @param stored names of all tensors that the folder has
   */
  static List<Weight> of(ModelSpec spec, Set<String> stored) {
    if (spec instanceof DecoderSpec decoder) {
      return DecoderWeights.of(decoder);
    }
    return spec instanceof EncoderSpec encoder ? EncoderWeights.of(encoder, stored) : List.of();
  }

  /**
   * What a folder may hold besides, without any effect on a result.
   *
   * @param stored names of all tensors that the folder has
   */
  static boolean harmless(String storedName, ModelSpec spec, Set<String> stored) {
    if (spec instanceof DecoderSpec decoder) {
      return DecoderWeights.harmless(storedName, decoder, stored);
    }
    return spec instanceof EncoderSpec encoder
        && (EncoderWeights.harmless(storedName, encoder)
            || (encoder.blocks() instanceof EncoderSpec.Causal blocks
                && DecoderWeights.harmless(storedName, blocks.decoder(), stored)));
  }

  /** Folders of modules that have a weights file of their own. */
  static List<String> moduleFolders(ModelSpec spec) {
    return spec instanceof EncoderSpec encoder
            && encoder.head() instanceof EncoderHead.Embedding embedding
        ? embedding.dense().stream().map(EncoderHead.Dense::folder).toList()
        : List.of();
  }
}
