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
   * before all other methods, and again for a cache of another shape; then the memory of the
   * earlier cache is given back first.
   *
   * @throws OutOfMemory when the device has no room for it; then there is no cache
   */
  void allocate(int slots, int slotTokens) throws OutOfMemory;

  /**
   * Runs the packed tokens of {@code batch} through the model. Row r's tokens take the positions
   * {@code start(r) …} of slot {@code slot(r)}, whose positions before {@code start(r)} are taken
   * as computed by earlier calls; later ones, if there were any, are written over. For each row
   * that samples, the token after its last one is drawn. For each target of a row, its
   * log-probability after that token of the row is found.
   *
   * @return one entry for each sampling row and one for each target, in row order, and which rows
   *     are spoilt: their slots hold nothing that can be used any more
   * @throws OutOfMemory when the device has no room for this batch; positions below each row's
   *     {@code start} are unchanged then
   */
  NextTokens forward(TokenBatch batch) throws OutOfMemory;

  /**
   * As {@link #forward(TokenBatch)}, with some work for the host. A device other than the CPU
   * computes the batch while the host does that work; otherwise the work is done first.
   *
   * @param meanwhile the work of the host: called once, or not at all if this throws
   */
  default NextTokens forward(TokenBatch batch, Runnable meanwhile) throws OutOfMemory {
    meanwhile.run();
    return forward(batch);
  }

  /**
   * Positions that attention reads for {@code batch}, over all rows: {@link TokenBatch#attended},
   * and more where rows are padded to a common length. They are counted for one layer without a
   * window.
   */
  default long attended(TokenBatch batch) {
    return batch.attended();
  }

  /**
   * Copies the first {@code tokens} positions of one slot into another.
   *
   * @throws OutOfMemory when the device has no room; what the other slot holds means nothing then
   */
  void copy(int fromSlot, int toSlot, int tokens) throws OutOfMemory;

  @Override
  void close();
}
