package io.turnmill.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.IValue;
import io.turnmill.engine.TokenBatch;
import io.turnmill.torch.source.DecoderSource;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * The targets of a batch as the decoder's source takes them: a token after which several ids are
 * asked for is listed once, and the scores after these tokens are computed in blocks.
 *
 * <pre>
 *   target tokens   2 2 4 7 7      places  2 4 7
 *                                  within  0 0 1 | 0 0      with blocks of two places
 *                                  counts  3       2
 * </pre>
 */
final class TargetTables {
  private final long[] places;
  private final long[] within;
  private final long[] counts;

  private TargetTables(long[] places, long[] within, long[] counts) {
    this.places = places;
    this.within = within;
    this.counts = counts;
  }

  /**
   * The tables of target tokens, at least one, which ascend.
   *
   * @param block how many places there are in a block
   */
  static TargetTables of(LongBuffer tokens, int block) {
    int targets = tokens.remaining();
    long[] places = new long[targets];
    long[] within = new long[targets];
    long[] counts = new long[(targets + block - 1) / block];
    int found = 0;
    for (int i = 0; i < targets; i++) {
      long token = tokens.get(i);
      if (found == 0 || token != places[found - 1]) {
        places[found++] = token;
      }
      int inBlock = (found - 1) % block;
      within[i] = inBlock;
      counts[(found - 1) / block]++;
    }
    return new TargetTables(
        Arrays.copyOf(places, found), within, Arrays.copyOf(counts, (found + block - 1) / block));
  }

  /** The last arguments of {@code scores_with_targets}. */
  static IValue[] arguments(TokenBatch batch, Arguments arguments) {
    LongBuffer tokens = batch.targetTokens().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    TargetTables tables = of(tokens, DecoderSource.TARGET_BLOCK);
    return new IValue[] {
      arguments.vector(tables.places),
      arguments.longs(tables.counts),
      arguments.vector(tables.within),
      arguments.vector(batch.targetIds(), DataType.INT64)
    };
  }

  /** The tokens after which ids are asked for. */
  long[] places() {
    return places.clone();
  }

  /** For each target the index of its place in the block. */
  long[] within() {
    return within.clone();
  }

  /** How many targets each block has. */
  long[] counts() {
    return counts.clone();
  }
}
