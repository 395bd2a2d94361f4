package io.turnmill.engine;

import io.turnmill.token.TokenIds;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Rows of ids end to end in an Arrow list vector, off the heap. */
final class PackedTokens implements AutoCloseable {
  private final ListVector vector;
  private int rows;

  PackedTokens(BufferAllocator allocator) {
    vector = ListVector.empty("tokens", allocator);
    vector.addOrGetVector(FieldType.notNullable(new ArrowType.Int(64, true)));
  }

  void fill(List<TokenIds> all) {
    BigIntVector ids = (BigIntVector) vector.getDataVector();
    rows = all.size();
    ids.allocateNew(all.stream().mapToInt(TokenIds::size).sum());
    vector.setInitialCapacity(rows);
    vector.allocateNew();
    int next = 0;
    for (int r = 0; r < rows; r++) {
      TokenIds row = all.get(r);
      vector.startNewValue(r);
      for (int i = 0; i < row.size(); i++) {
        ids.setSafe(next++, row.get(i));
      }
      vector.endValue(r, row.size());
    }
    vector.setValueCount(rows);
  }

  /** The buffer of a column: int64[rows], direct, little-endian. */
  static ByteBuffer buffer(BigIntVector column) {
    return column.getDataBuffer().nioBuffer(0, column.getValueCount() * Long.BYTES);
  }

  /** Number of tokens over all rows. */
  int tokens() {
    return vector.getDataVector().getValueCount();
  }

  /** int64[tokens], direct, little-endian. */
  ByteBuffer ids() {
    return vector.getDataVector().getDataBuffer().nioBuffer(0, tokens() * Long.BYTES);
  }

  /** int32[rows + 1], direct, little-endian: cumulative lengths. */
  ByteBuffer offsets() {
    return vector.getOffsetBuffer().nioBuffer(0, (rows + 1) * Integer.BYTES);
  }

  @Override
  public void close() {
    vector.close();
  }
}
