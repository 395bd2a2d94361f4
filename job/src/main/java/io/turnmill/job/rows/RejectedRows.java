package io.turnmill.job.rows;

import io.turnmill.session.RejectionCode;
import io.turnmill.session.Scope;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The table {@code rejected}: one row for each thing that was rejected, with scope, code and place.
 */
public final class RejectedRows {
  /**
   * {@code scope}: file, record, message, timestamp or session. {@code line}, from 1, is known for
   * text files that are read from their beginning; {@code position} is the offset in bytes after
   * decompression, or the number of the row or element from 0 in Parquet files and JSON arrays.
   */
  public static final StructType SCHEMA =
      new StructType()
          .add("scope", DataTypes.StringType)
          .add("code", DataTypes.StringType)
          .add("detail", DataTypes.StringType)
          .add("source_file", DataTypes.StringType)
          .add("line", DataTypes.LongType)
          .add("position", DataTypes.LongType)
          .add("tenant", DataTypes.StringType)
          .add("session_id", DataTypes.StringType);

  private RejectedRows() {}

  /**
   * The row of a staged session that turned out to be unfit for the model.
   *
   * @param staged a row of {@link StagedRows}
   */
  static Row session(Row staged, RejectionCode code, String detail) {
    return RowFactory.create(
        Scope.SESSION.wireName(),
        code.wireName(),
        detail,
        staged.getAs("source_file"),
        staged.getAs("line"),
        staged.getAs("position"),
        staged.getAs("tenant"),
        staged.getAs("session_id"));
  }
}
