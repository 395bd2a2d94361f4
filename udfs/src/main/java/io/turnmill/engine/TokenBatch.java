package io.turnmill.engine;

import io.turnmill.token.TokenIds;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;

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
  private final PackedTokens tokens;
  private final BigIntVector slots;
  private final BigIntVector starts;
  private final BigIntVector lengths;

  private TokenBatch(
      List<Row> rows,
      int decodeRows,
      PackedTokens tokens,
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
    int decodes = 0;
    while (decodes < rows.size() && rows.get(decodes).ids().size() == 1) {
      decodes++;
    }
    return new TokenBatch(
        List.copyOf(rows),
        decodes,
        PackedTokens.of(rows.stream().map(Row::ids).toList(), allocator),
        column("slot", rows, Row::slot, allocator),
        column("start", rows, Row::start, allocator),
        column("length", rows, Row::length, allocator));
  }

  private static BigIntVector column(
      String name, List<Row> rows, ToLongFunction<Row> value, BufferAllocator allocator) {
    return PackedTokens.column(name, rows.stream().mapToLong(value).toArray(), allocator);
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
    return tokens.tokens();
  }

  /** Positions that attention needs to read: each row's sequence once, as long as it is then. */
  public long attended() {
    return rows.stream().mapToLong(Row::end).sum();
  }

  /** int64[tokens], direct, little-endian: the packed ids; valid until {@link #close}. */
  public ByteBuffer ids() {
    return tokens.ids();
  }

  /** int32[rows + 1], direct, little-endian: cumulative lengths. */
  public ByteBuffer offsets() {
    return tokens.offsets();
  }

  /** int64[rows], direct, little-endian. */
  public ByteBuffer slots() {
    return PackedTokens.buffer(slots);
  }

  /** int64[rows], direct, little-endian. */
  public ByteBuffer starts() {
    return PackedTokens.buffer(starts);
  }

  /** int64[rows], direct, little-endian. */
  public ByteBuffer lengths() {
    return PackedTokens.buffer(lengths);
  }

  @Override
  public void close() {
    tokens.close();
    slots.close();
    starts.close();
    lengths.close();
  }
}
