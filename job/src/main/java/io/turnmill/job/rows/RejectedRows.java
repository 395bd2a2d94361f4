package io.turnmill.job.rows;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What went in and was rejected: one row for each, with scope, code and place. */
public final class RejectedRows {
  /**
   * {@code scope}: file, record, message or session. {@code line}, from 1, is known for text files
   * that are read from their beginning; {@code position} is the offset in bytes after
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
}
