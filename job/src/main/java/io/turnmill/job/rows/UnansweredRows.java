package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.job.fault.FaultLog;
import io.turnmill.task.Replies.Unanswered;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/** The column with the turns that were asked about and have no answer. */
final class UnansweredRows {
  static final String COLUMN = "unanswered";

  /** The name of the counter of such turns. */
  static final String COUNTER = "unanswered_turns";

  /** The column with the carried field that was asked about. */
  static final String FIELD = "field";

  private static final StructType TURN =
      new StructType()
          .add("turn", IntegerType)
          .add("error_code", StringType)
          .add("error_detail", StringType);

  private UnansweredRows() {}

  /**
   * The type of the column.
   *
   * @param withField whether carried fields may be asked about, which then have a column
   */
  static ArrayType type(boolean withField) {
    return new ArrayType(withField ? TURN.add(FIELD, StringType) : TURN, false);
  }

  static Object[] encode(List<Unanswered> turns, boolean withField) {
    return turns.stream().map(turn -> row(turn, withField)).toArray();
  }

  private static Row row(Unanswered turn, boolean withField) {
    turn.fault().ifPresent(FaultLog.here()::show);
    return withField
        ? RowFactory.create(turn.turn(), turn.code(), turn.detail(), turn.field().orElse(null))
        : RowFactory.create(turn.turn(), turn.code(), turn.detail());
  }

  static List<Unanswered> decode(Row result, boolean withField) {
    List<Row> rows = result.getList(result.fieldIndex(COLUMN));
    return rows.stream()
        .map(
            row ->
                new Unanswered(
                    row.<Integer>getAs("turn"),
                    withField ? Columns.text(row, FIELD) : Optional.empty(),
                    row.getAs("error_code"),
                    row.getAs("error_detail"),
                    Optional.empty()))
        .toList();
  }

  static long count(Row result) {
    return result.getList(result.fieldIndex(COLUMN)).size();
  }
}
