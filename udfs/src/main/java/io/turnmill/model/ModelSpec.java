package io.turnmill.model;

/** What {@code config.json} says of a model, fully checked. One record for each kind of model. */
public sealed interface ModelSpec permits DecoderSpec, EncoderSpec, ScriptedSpec {

  /** Rows of the embedding: ids are in [0, vocabSize). */
  int vocabSize();

  /** Longest sequence that the model was made for, in tokens. */
  int maxPositions();

  /** Width of a token's state. */
  int hiddenSize();

  /** Number of blocks. */
  int layers();

  /** The {@code model_type} of {@code config.json}. */
  String architecture();
}
