package io.turnmill.engine;

import io.turnmill.token.TokenIds;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * The tokens of one forward pass, packed end to end without padding, in Arrow buffers off the heap.
 *
 * <pre>
 *   rows      0         1   2             the tokens of row r are ids[offset[r] .. offset[r+1])
 *   ids       a b c d   e   f g h
 *   offset    0         4   5         8   int32
 *   slot      3         0   7             int64, all different
 *   start     0         17  64            int64: position of the row's first token
 *   length    4         18  67            int64: tokens of the sequence that are known
 * </pre>
 *
 * Rows of one token (decodes) come first, then longer ones (prefills), each part ordered by the
 * length of the sequence after this pass, ascending.
 */
public final class TokenBatch implements AutoCloseable {

  /**
   * One row.
   *
   * @param ids at least one
   * @param length of the sequence as far as it is known: the whole prompt while that comes in
   *     pieces
   * @param draw how the token after the last is drawn; empty when the prompt is not finished by
   *     this row
   */
  public record Row(int slot, int start, TokenIds ids, int length, Optional<Draw> draw) {

    /** A row whose last token is the last one that is known. */
    public Row(int slot, int start, TokenIds ids, Optional<Draw> draw) {
      this(slot, start, ids, start + ids.size(), draw);
    }

    /** Length of the sequence after this pass. */
    public int end() {
      return start + ids.size();
    }
  }

  private final List<Row> rows;
  private final int decodeRows;
  private final ListVector tokens;
  private final BigIntVector slots;
  private final BigIntVector starts;
  private final BigIntVector lengths;

  private TokenBatch(
      List<Row> rows,
      int decodeRows,
      ListVector tokens,
      BigIntVector slots,
      BigIntVector starts,
      BigIntVector lengths) {
    this.rows = rows;
    this.decodeRows = decodeRows;
    this.tokens = tokens;
    this.slots = slots;
    this.starts = starts;
    this.lengths = lengths;
  }

  /** Packs {@code rows}, at least one, in the order that the class comment states. */
  public static TokenBatch pack(List<Row> rows, BufferAllocator allocator) {
    int count = rows.size();
    int total = rows.stream().mapToInt(row -> row.ids().size()).sum();
    int decodes = 0;
    ListVector tokens = ListVector.empty("tokens", allocator);
    tokens.addOrGetVector(FieldType.notNullable(new ArrowType.Int(64, true)));
    BigIntVector ids = (BigIntVector) tokens.getDataVector();
    BigIntVector slots = new BigIntVector("slot", allocator);
    BigIntVector starts = new BigIntVector("start", allocator);
    BigIntVector lengths = new BigIntVector("length", allocator);
    ids.allocateNew(total);
    slots.allocateNew(count);
    starts.allocateNew(count);
    lengths.allocateNew(count);
    tokens.setInitialCapacity(count);
    tokens.allocateNew();
    int next = 0;
    for (int r = 0; r < count; r++) {
      Row row = rows.get(r);
      decodes += row.ids().size() == 1 && decodes == r ? 1 : 0;
      tokens.startNewValue(r);
      for (int i = 0; i < row.ids().size(); i++) {
        ids.setSafe(next++, row.ids().get(i));
      }
      tokens.endValue(r, row.ids().size());
      slots.set(r, row.slot());
      starts.set(r, row.start());
      lengths.set(r, row.length());
    }
    tokens.setValueCount(count);
    slots.setValueCount(count);
    starts.setValueCount(count);
    lengths.setValueCount(count);
    return new TokenBatch(List.copyOf(rows), decodes, tokens, slots, starts, lengths);
  }

  public List<Row> rows() {
    return rows;
  }

  /** Number of leading rows of one token. */
  public int decodeRows() {
    return decodeRows;
  }

  /** Number of tokens over all rows. */
  public int tokens() {
    return tokens.getDataVector().getValueCount();
  }

  /** int64[tokens], direct, little-endian: the packed ids; valid until {@link #close}. */
  public ByteBuffer ids() {
    return tokens.getDataVector().getDataBuffer().nioBuffer(0, tokens() * Long.BYTES);
  }

  /** int32[rows + 1], direct, little-endian: cumulative lengths. */
  public ByteBuffer offsets() {
    return tokens.getOffsetBuffer().nioBuffer(0, (rows.size() + 1) * Integer.BYTES);
  }

  /** int64[rows], direct, little-endian. */
  public ByteBuffer slots() {
    return slots.getDataBuffer().nioBuffer(0, rows.size() * Long.BYTES);
  }

  /** int64[rows], direct, little-endian. */
  public ByteBuffer starts() {
    return starts.getDataBuffer().nioBuffer(0, rows.size() * Long.BYTES);
  }

  /** int64[rows], direct, little-endian. */
  public ByteBuffer lengths() {
    return lengths.getDataBuffer().nioBuffer(0, rows.size() * Long.BYTES);
  }

  @Override
  public void close() {
    tokens.close();
    slots.close();
    starts.close();
    lengths.close();
  }
}
