package io.turnmill.engine;

import io.turnmill.token.TokenIds;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;

/**
 * Whole texts for one pass of an encoder, packed end to end without padding, in Arrow buffers off
 * the heap: ids and offsets as in {@link TokenBatch}, types like the ids. Rows are ordered by
 * length, ascending.
 */
public final class TextBatch implements AutoCloseable {

  /**
   * One text.
   *
   * @param ids at least one
   * @param types as many
   * @param skipped tokens at its beginning, those of a prompt, that do not count when states are
   *     pooled
   */
  public record Row(TokenIds ids, TokenIds types, int skipped) {}

  private final List<Row> rows;
  private final PackedTokens ids;
  private final PackedTokens types;
  private final BigIntVector skipped;

  private TextBatch(List<Row> rows, PackedTokens ids, PackedTokens types, BigIntVector skipped) {
    this.rows = rows;
    this.ids = ids;
    this.types = types;
    this.skipped = skipped;
  }

  /** Packs {@code rows}, at least one, in the order that the class comment states. */
  public static TextBatch pack(List<Row> rows, BufferAllocator allocator) {
    return new TextBatch(
        List.copyOf(rows),
        PackedTokens.of(rows.stream().map(Row::ids).toList(), allocator),
        PackedTokens.of(rows.stream().map(Row::types).toList(), allocator),
        PackedTokens.column("skipped", rows.stream().mapToLong(Row::skipped).toArray(), allocator));
  }

  public List<Row> rows() {
    return rows;
  }

  /** Number of tokens over all rows. */
  public int tokens() {
    return ids.tokens();
  }

  /** Length of the longest row. */
  public int longest() {
    return rows.get(rows.size() - 1).ids().size();
  }

  /** int64[tokens], direct, little-endian: the packed ids; valid until {@link #close}. */
  public ByteBuffer ids() {
    return ids.ids();
  }

  /** int64[tokens], direct, little-endian. */
  public ByteBuffer types() {
    return types.ids();
  }

  /** int32[rows + 1], direct, little-endian: cumulative lengths. */
  public ByteBuffer offsets() {
    return ids.offsets();
  }

  /** int64[rows], direct, little-endian. */
  public ByteBuffer skipped() {
    return PackedTokens.buffer(skipped);
  }

  @Override
  public void close() {
    ids.close();
    types.close();
    skipped.close();
  }
}
