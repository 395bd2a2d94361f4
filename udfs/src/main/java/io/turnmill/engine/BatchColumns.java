package io.turnmill.engine;

import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;

/** The Arrow vectors of one batch. Closing this gives back all their memory. */
final class BatchColumns implements AutoCloseable {
  private final BufferAllocator allocator;
  private final List<PackedTokens> tokens = new ArrayList<>();
  private final List<BigIntVector> numbers = new ArrayList<>();

  BatchColumns(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** Rows of ids, end to end. */
  PackedTokens tokens(List<TokenIds> rows) {
    PackedTokens packed = new PackedTokens(allocator);
    tokens.add(packed);
    packed.fill(rows);
    return packed;
  }

  /** One number for each row, int64. */
  <T> BigIntVector numbers(String name, List<T> rows, ToLongFunction<T> value) {
    BigIntVector vector = new BigIntVector(name, allocator);
    numbers.add(vector);
    vector.allocateNew(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      vector.set(i, value.applyAsLong(rows.get(i)));
    }
    vector.setValueCount(rows.size());
    return vector;
  }

  @Override
  public void close() {
    tokens.forEach(PackedTokens::close);
    numbers.forEach(BigIntVector::close);
  }
}
