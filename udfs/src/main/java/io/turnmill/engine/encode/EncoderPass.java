package io.turnmill.engine.encode;

import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.TokenBatch;
import io.turnmill.engine.decode.ForwardPass;

/**
 * What runs an encoder: the counterpart of {@link ForwardPass} for models that make one vector of
 * each text. Owns the weights; all methods are called by one thread.
 */
public interface EncoderPass extends AutoCloseable {

  /** How many numbers a vector has. */
  int width();

  /**
   * Runs {@code batch}, which is a batch of texts, through the model.
   *
   * @return for each row, in row order, its embedding or its scores: float32 [rows][width]
   * @throws OutOfMemory when the device has no room for this batch
   */
  float[][] forward(TokenBatch batch) throws OutOfMemory;

  /**
   * Tokens that attention takes in for {@code batch}: those of its rows, and more where rows are
   * padded to a common length.
   */
  default long attended(TokenBatch batch) {
    return batch.attended();
  }

  @Override
  void close();
}
