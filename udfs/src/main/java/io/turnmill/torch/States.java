package io.turnmill.torch;

import ai.djl.pytorch.jni.IValue;
import io.turnmill.engine.TokenBatch;

/**
 * What computes the states of the tokens of whole texts, or scores where a model has its own head.
 */
interface States extends AutoCloseable {

  /**
   * Runs the batch.
   *
   * @return states [tokens, hidden] in the order of the batch, or [rows, hidden] where one token of
   *     each alone counts, or scores [rows, labels]; owned by {@code arguments}
   */
  IValue of(TokenBatch batch, Arguments arguments);

  /** Tokens that attention takes in for the batch, padding included. */
  long attended(TokenBatch batch);

  /** The model's own table of tensors, {@code Dict[str, Tensor]} as the last of a list. */
  Weights weights();

  @Override
  void close();
}
