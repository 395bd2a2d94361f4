package io.turnmill.job.rows;

import io.turnmill.session.RejectionCode;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The table {@code rejected}: one row for each thing that was rejected, with scope, code and place.
 */
public final class RejectedRows {
  /**
   * {@code scope}: file, record, message, timestamp, session or document. {@code line}, from 1, is
   * known for text files that are read from their beginning; {@code position} is the offset in
   * bytes after decompression, or the number of the row or element from 0 in Parquet files and JSON
   * arrays.
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
   * The columns of the table: in a run with variants a session may be rejected for one of them.
   *
   * @param codec of the results of the run
   */
  public static StructType schema(ResultCodec<?> codec) {
    return codec.variant().isPresent()
        ? SCHEMA.add(ResultRows.VARIANT, DataTypes.StringType)
        : SCHEMA;
  }

  /**
   * A row of {@link #SCHEMA}, which is about no variant, as a row of the table.
   *
   * @param codec of the results of the run
   */
  public static Row beforeAsking(Row rejected, ResultCodec<?> codec) {
    StructType schema = schema(codec);
    Object[] values = new Object[schema.size()];
    for (int i = 0; i < rejected.size(); i++) {
      values[i] = rejected.get(i);
    }
    return new GenericRowWithSchema(values, schema);
  }

  /**
   * The row of a staged session that turned out to be unfit for the model.
   *
   * @param staged a row of {@link StagedRows}
   * @param codec of the results of the model
   */
  static Row session(Row staged, RejectionCode code, String detail, ResultCodec<?> codec) {
    List<Object> values = new ArrayList<>();
    values.add(codec.scope().wireName());
    values.add(code.wireName());
    values.add(detail);
    for (String column : List.of("source_file", "line", "position", "tenant", "session_id")) {
      values.add(staged.getAs(column));
    }
    codec.variant().ifPresent(values::add);
    return RowFactory.create(values.toArray());
  }
}
