package io.turnmill.job.rows;

import io.turnmill.job.config.OutputConfig.Layout;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Makes the rows of the table {@code results} from what inference returns for each session. */
public sealed interface ResultTable permits ResultTable.OfSessions, TurnTable {

  static ResultTable of(ResultCodec<?> codec, Layout layout) {
    return switch (layout) {
      case SESSION -> new OfSessions(ResultRows.schema(codec));
      case TURN -> new TurnTable(codec);
    };
  }

  /** The columns of the table. */
  StructType schema();

  /**
   * The rows of a session, at least one.
   *
   * @param session a row of {@link ResultRows}
   */
  List<Row> rows(Row session);

  /** The table with one row for each session. */
  record OfSessions(StructType schema) implements ResultTable {
    @Override
    public List<Row> rows(Row session) {
      return List.of(session);
    }
  }
}
