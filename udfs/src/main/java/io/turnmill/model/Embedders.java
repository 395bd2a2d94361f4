package io.turnmill.model;

import io.turnmill.model.EncoderHead.Embedding;
import io.turnmill.model.EncoderHead.Pooling;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Models that are to make vectors of texts, whatever they were made for. */
final class Embedders {
  private Embedders() {}

  /**
   * The model with a head that makes vectors.
   *
   * @param folder where the model lies
   * @param pooling in place of the folder's own; empty for that
   * @param raw whether vectors keep their length
   * @throws ModelException for a classifier, and for a TorchScript file whose head would change
   */
  static ModelSpec of(Path folder, ModelSpec spec, Optional<Pooling> pooling, boolean raw) {
    if (spec instanceof DecoderSpec decoder) {
      Embedding plain =
          new Embedding(
              List.of(Pooling.LAST_TOKEN),
              true,
              List.of(),
              false,
              decoder.hiddenSize(),
              SentenceModules.texts(folder, decoder.maxPositions()));
      return EncoderSpec.of(decoder, changed(plain, pooling, raw));
    }
    if (spec instanceof EncoderSpec encoder && encoder.head() instanceof Embedding embedding) {
      return encoder.with(changed(embedding, pooling, raw));
    }
    if (spec instanceof ScriptedSpec scripted && scripted.head() instanceof Embedding embedding) {
      if (!changed(embedding, pooling, raw).equals(embedding)) {
        throw new ModelException(
            folder
                + ": embed.pooling and embed.normalize = no do not change a TorchScript file; take"
                + " the model's folder.");
      }
    }
    return spec;
  }

  private static Embedding changed(Embedding head, Optional<Pooling> pooling, boolean raw) {
    if (pooling.isPresent() && !head.dense().isEmpty()) {
      throw new SettingException(
          "embed.pooling: the model has a layer after its own pooling, so it takes no other.");
    }
    List<Pooling> poolings = pooling.map(List::of).orElse(head.poolings());
    int width = pooling.isPresent() ? head.width() / head.poolings().size() : head.width();
    return new Embedding(
        poolings,
        head.includePrompt(),
        head.dense(),
        head.normalize() && !raw,
        width,
        head.texts());
  }
}
