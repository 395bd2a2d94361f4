package io.turnmill.job.rows;

import io.turnmill.job.config.OutputConfig.ChunkOutput;
import io.turnmill.job.config.OutputConfig.Layout;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Makes the rows of a table from what inference returns for each session or document. */
public sealed interface ResultTable
    permits ResultTable.OfSessions, TurnTable, MergedTable, ChunkTable {

  /** The table {@code results} or {@code documents}. */
  static ResultTable of(ResultCodec<?> codec, Layout layout, ChunkOutput chunks) {
    if (codec.mergedFrom().isPresent()) {
      return new MergedTable(codec, chunks == ChunkOutput.NESTED);
    }
    return switch (layout) {
      case SESSION -> new OfSessions(ResultRows.schema(codec));
      case TURN -> new TurnTable(codec);
    };
  }

  /** The table {@code chunks}; nothing if the chunks have no table of their own. */
  static Optional<ResultTable> ofChunks(ResultCodec<?> codec, ChunkOutput chunks) {
    return codec.mergedFrom().isPresent() && chunks == ChunkOutput.TABLE
        ? Optional.of(new ChunkTable(codec))
        : Optional.empty();
  }

  /** The columns of the table. */
  StructType schema();

  /**
   * The rows of an item: of {@code results} and {@code documents} at least one.
   *
   * @param item a row of {@link ResultRows}
   */
  List<Row> rows(Row item);

  /** The table with one row for each session. */
  record OfSessions(StructType schema) implements ResultTable {
    @Override
    public List<Row> rows(Row session) {
      return List.of(session);
    }
  }
}
