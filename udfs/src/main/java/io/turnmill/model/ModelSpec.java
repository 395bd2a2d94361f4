package io.turnmill.model;

import java.util.Set;

/** What {@code config.json} says of a model, fully checked. One record for each kind of model. */
public sealed interface ModelSpec permits DecoderSpec {

  /** Rows of the embedding: ids are in [0, vocabSize). */
  int vocabSize();

  /** Longest sequence that the model was made for, in tokens. */
  int maxPositions();

  /** Tokens that end a reply; may be empty. */
  Set<Integer> eosTokenIds();

  /** The {@code model_type} of {@code config.json}. */
  String architecture();
}
