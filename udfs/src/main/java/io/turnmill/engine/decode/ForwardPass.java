package io.turnmill.engine.decode;

import io.turnmill.engine.OutOfMemory;
import io.turnmill.engine.TokenBatch;

/**
 * What runs a model: the only seam between the engine and tensors. Token ids and numbers cross it,
 * no tensor and no text.
 *
 * <p>An implementation owns the weights and the key-value cache. The cache is divided into slots of
 * equal length; slot {@code s} holds the keys and values of positions 0, 1, … of one sequence. All
 * methods are called by one thread, the engine's.
 */
public interface ForwardPass extends AutoCloseable {

  ModelShape shape();

  /**
   * Allocates the cache: {@code slots} sequences of up to {@code slotTokens} tokens each. Called
   * first; later for a cache of another shape, and the memory of the one before is given back
   * first.
   *
   * @throws OutOfMemory when the device has no room for it; there is no cache then
   */
  void allocate(int slots, int slotTokens) throws OutOfMemory;

  /**
   * Runs the packed tokens of {@code batch} through the model. Row r's tokens take the positions
   * {@code start(r) …} of slot {@code slot(r)}, whose positions before {@code start(r)} are taken
   * as computed by earlier calls. For each row that samples, the token after its last one is drawn.
   *
   * @return one entry for each sampling row, in row order; and the rows that are spoilt, whose
   *     slots hold nothing any more
   * @throws OutOfMemory when the device has no room for this batch; the cache is unchanged as far
   *     as positions below each row's {@code start} go
   */
  NextTokens forward(TokenBatch batch) throws OutOfMemory;

  /**
   * The same, with something for the host to do. A device of its own computes while that is done,
   * as far as the batch was handed over by then; else it is done first.
   *
   * @param meanwhile called once, or not at all where this throws
   */
  default NextTokens forward(TokenBatch batch, Runnable meanwhile) throws OutOfMemory {
    meanwhile.run();
    return forward(batch);
  }

  /**
   * Positions that attention reads for {@code batch}, over all rows: {@link TokenBatch#attended},
   * and more where rows are padded to a common length. Of one layer without a window.
   */
  default long attended(TokenBatch batch) {
    return batch.attended();
  }

  /**
   * Copies the first {@code tokens} positions of one slot into another.
   *
   * @throws OutOfMemory when there was no room; what the other slot holds means nothing then
   */
  void copy(int fromSlot, int toSlot, int tokens) throws OutOfMemory;

  @Override
  void close();
}
