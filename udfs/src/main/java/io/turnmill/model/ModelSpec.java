package io.turnmill.model;

/** What {@code config.json} says of a model, fully checked. One record for each kind of model. */
public sealed interface ModelSpec permits DecoderSpec {

  /** Rows of the embedding: ids are in [0, vocabSize). */
  int vocabSize();

  /** Longest sequence that the model was made for, in tokens. */
  int maxPositions();
}
