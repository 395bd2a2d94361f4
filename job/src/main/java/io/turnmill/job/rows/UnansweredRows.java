package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.job.fault.FaultLog;
import io.turnmill.task.Replies.Unanswered;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/** The column with the turns that were asked about and have no answer. */
final class UnansweredRows {
  static final String COLUMN = "unanswered";

  /** The name of the counter of such turns. */
  static final String COUNTER = "unanswered_turns";

  static final ArrayType TYPE =
      new ArrayType(
          new StructType()
              .add("turn", IntegerType)
              .add("error_code", StringType)
              .add("error_detail", StringType),
          false);

  private UnansweredRows() {}

  static Object[] encode(List<Unanswered> turns) {
    return turns.stream().map(UnansweredRows::row).toArray();
  }

  private static Row row(Unanswered turn) {
    turn.fault().ifPresent(FaultLog.here()::show);
    return RowFactory.create(turn.turn(), turn.code(), turn.detail());
  }

  static long count(Row result) {
    return result.getList(result.fieldIndex(COLUMN)).size();
  }
}
