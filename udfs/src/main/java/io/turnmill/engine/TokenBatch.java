package io.turnmill.engine;

import io.turnmill.inference.TextRow;
import io.turnmill.token.TokenIds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.BigIntVector;

/**
 * The tokens of one forward pass, packed end to end without padding, in Arrow buffers off the heap.
 *
 * <pre>
 *   rows      0   1         2             the tokens of row r are ids[offset[r] .. offset[r+1])
 *   ids       a   b c d e   f g h
 *   offset    0   1         5         8   int32
 *   slot      0   3         7             int64, all different
 *   start     17  0         64            int64: position of the row's first token
 *   length    18  4         67            int64: tokens of the sequence that are known
 * </pre>
 *
 * Rows of one token (decodes) come first, then longer ones (prefills), each part ordered by the
 * length of the sequence after this pass, ascending.
 *
 * <p>A row may have targets: ids whose log-probabilities are asked for, each after one of the row's
 * tokens. Batches that have any, and they alone, have two columns more, in the order of the rows:
 *
 * <pre>
 *   targetTokens  2 2 4                   int64: index in ids of the token that each comes after
 *   targetIds     x y z                   int64
 * </pre>
 *
 * <p>Whole texts, for an encoder, are rows, too: row r has slot r, start 0 and no draw. They alone
 * have two buffers more:
 *
 * <pre>
 *   ids       a b   c d e
 *   types     0 0   0 0 1                 int64
 *   skipped   0     2                     int64: first tokens of the row that pooling leaves out
 * </pre>
 */
public final class TokenBatch implements AutoCloseable {

  /**
   * One row.
   *
   * @param ids at least one
   * @param length how many tokens of the sequence are known: those of the whole prompt while it is
   *     computed in pieces
   * @param draw how the token after the last is drawn; empty when the prompt is not finished by
   *     this row, where nothing is to be drawn, and for a text
   * @param targets by their tokens, ascending
   */
  public record Row(
      int slot, int start, TokenIds ids, int length, Optional<Draw> draw, List<Target> targets) {

    public Row {
      targets = List.copyOf(targets);
    }

    /** A row without targets. */
    public Row(int slot, int start, TokenIds ids, int length, Optional<Draw> draw) {
      this(slot, start, ids, length, draw, List.of());
    }

    /** A row that ends with the last token of its sequence. */
    public Row(int slot, int start, TokenIds ids, Optional<Draw> draw) {
      this(slot, start, ids, start + ids.size(), draw);
    }

    /** Length of the sequence after this pass. */
    public int end() {
      return start + ids.size();
    }
  }

  /**
   * An id whose log-probability is asked for.
   *
   * @param token which token of the row it comes after, counted from 0
   */
  public record Target(int token, int id) {}

  /** The columns that only batches with targets have. */
  private record TargetColumns(BigIntVector tokens, BigIntVector ids) {}

  /** The columns that only batches of texts have. */
  private record TextColumns(PackedTokens types, BigIntVector skipped) {}

  private final List<Row> rows;
  private final int decodeRows;
  private final PackedTokens tokens;
  private final BigIntVector slots;
  private final BigIntVector starts;
  private final BigIntVector lengths;
  private final Optional<TargetColumns> targets;
  private final Optional<TextColumns> texts;

  /** Owns all the vectors above. */
  private final BatchColumns columns;

  private TokenBatch(List<Row> rows, Optional<TextColumns> texts, BatchColumns columns) {
    this.rows = List.copyOf(rows);
    this.decodeRows = (int) rows.stream().takeWhile(row -> row.ids().size() == 1).count();
    this.tokens = columns.tokens(rows.stream().map(Row::ids).toList());
    this.slots = columns.numbers("slot", rows, Row::slot);
    this.starts = columns.numbers("start", rows, Row::start);
    this.lengths = columns.numbers("length", rows, Row::length);
    this.targets = targets(rows, columns);
    this.texts = texts;
    this.columns = columns;
  }

  private static Optional<TargetColumns> targets(List<Row> rows, BatchColumns columns) {
    List<Target> packed = new ArrayList<>();
    int first = 0;
    for (Row row : rows) {
      for (Target target : row.targets()) {
        packed.add(new Target(first + target.token(), target.id()));
      }
      first += row.ids().size();
    }
    return packed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new TargetColumns(
                columns.numbers("target_token", packed, Target::token),
                columns.numbers("target_id", packed, Target::id)));
  }

  /**
   * Packs {@code rows}, at least one, in the order that the comment of this class states.
   *
   * @throws OutOfMemoryException when the allocator has no room; nothing stays allocated then
   */
  public static TokenBatch pack(List<Row> rows, BufferAllocator allocator) {
    return made(allocator, columns -> new TokenBatch(rows, Optional.empty(), columns));
  }

  private static TokenBatch made(
      BufferAllocator allocator, Function<BatchColumns, TokenBatch> maker) {
    BatchColumns columns = new BatchColumns(allocator);
    try {
      return maker.apply(columns);
    } catch (RuntimeException | Error e) {
      columns.close();
      throw e;
    }
  }

  /**
   * Packs whole texts, at least one, by length, ascending.
   *
   * @throws OutOfMemoryException as {@link #pack}
   */
  public static TokenBatch packTexts(List<TextRow> texts, BufferAllocator allocator) {
    List<Row> rows =
        IntStream.range(0, texts.size())
            .mapToObj(r -> new Row(r, 0, texts.get(r).ids(), Optional.empty()))
            .toList();
    return made(
        allocator,
        columns -> {
          TextColumns more =
              new TextColumns(
                  columns.tokens(texts.stream().map(TextRow::types).toList()),
                  columns.numbers("skipped", texts, TextRow::skipped));
          return new TokenBatch(rows, Optional.of(more), columns);
        });
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

  /** Length of the longest sequence after this pass. */
  public int longest() {
    return rows.stream().mapToInt(Row::end).max().orElseThrow();
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

  /** Whether any row has targets. */
  public boolean hasTargets() {
    return targets.isPresent();
  }

  /** int64[targets], direct, little-endian, ascending; only where there are targets. */
  public ByteBuffer targetTokens() {
    return PackedTokens.buffer(targetColumns().tokens());
  }

  /** int64[targets], direct, little-endian; only where there are targets. */
  public ByteBuffer targetIds() {
    return PackedTokens.buffer(targetColumns().ids());
  }

  private TargetColumns targetColumns() {
    return targets.orElseThrow(
        () -> new IllegalStateException("the rows have no targets. This is a bug."));
  }

  /** int64[tokens], direct, little-endian; only for texts. */
  public ByteBuffer types() {
    return textColumns().types().ids();
  }

  /** int64[rows], direct, little-endian; only for texts. */
  public ByteBuffer skipped() {
    return PackedTokens.buffer(textColumns().skipped());
  }

  private TextColumns textColumns() {
    return texts.orElseThrow(
        () -> new IllegalStateException("the rows are not texts. This is a bug."));
  }

  @Override
  public void close() {
    columns.close();
  }
}
