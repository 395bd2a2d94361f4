package io.turnmill.job.chunks;

import io.turnmill.job.rows.ChunkRows;
import io.turnmill.job.rows.ResultRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;

/**
 * Puts items together with their chunks and with what was answered about each: the rows of {@link
 * JoinedRows} of one item are adjacent, and in the order of its chunks.
 *
 * @param ofTask the columns of the answers
 * @param areAsked whether chunks were asked about; otherwise they have no answers
 */
record JoinChunks(StructType ofTask, boolean areAsked)
    implements FlatMapFunction<Iterator<Row>, Row> {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Items(rows);
  }

  private final class Items implements Iterator<Row> {
    private final StructType schema = JoinedRows.joined(ofTask);
    private final StructType chunkSchema = ChunkRows.chunk(ofTask);
    private final Iterator<Row> rows;
    private Optional<Row> ahead;

    private Items(Iterator<Row> rows) {
      this.rows = rows;
      this.ahead = read();
    }

    private Optional<Row> read() {
      return rows.hasNext() ? Optional.of(rows.next()) : Optional.empty();
    }

    private Row take() {
      Row row = ahead.orElseThrow();
      ahead = read();
      return row;
    }

    @Override
    public boolean hasNext() {
      return ahead.isPresent();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row first = take();
      Row item =
          JoinedRows.item(first)
              .orElseThrow(() -> new IllegalStateException("A chunk has no item. This is a bug."));
      List<Row> chunks = new ArrayList<>();
      while (ahead.filter(row -> JoinedRows.isOfSameItem(first, row)).isPresent()) {
        chunks.add(chunk());
      }
      Object[] values = new Object[schema.size()];
      values[schema.fieldIndex(StagingRows.TABLE)] = StagingRows.SESSIONS;
      values[schema.fieldIndex(StagedRows.BUCKET)] = first.getAs(StagedRows.BUCKET);
      for (String column : item.schema().fieldNames()) {
        values[schema.fieldIndex(column)] = item.getAs(column);
      }
      values[schema.fieldIndex(StagedRows.CHUNKS)] = chunks.toArray();
      values[schema.fieldIndex(StagingRows.CLEANED)] = StagingRows.NOT_CLEANED;
      return new GenericRowWithSchema(values, schema);
    }

    /** The next chunk with its answer. */
    private Row chunk() {
      Row chunk = take();
      Object[] place = JoinedRows.place(chunk);
      if (!areAsked) {
        return ChunkRows.row(place, new Object[] {ResultRows.STATUS_OK}, chunkSchema);
      }
      if (ahead.filter(row -> JoinedRows.isAnswerTo(chunk, row)).isEmpty()) {
        throw new IllegalStateException(
            "A chunk was asked about and has no answer. This is a bug.");
      }
      return ChunkRows.row(place, JoinedRows.answer(take()), chunkSchema);
    }
  }
}
