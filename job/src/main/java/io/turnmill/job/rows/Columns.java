package io.turnmill.job.rows;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** Reads nullable columns, and chooses columns of a schema. */
final class Columns {
  private Columns() {}

  static Optional<String> text(Row row, String column) {
    return Optional.ofNullable(row.getAs(column));
  }

  static OptionalLong number(Row row, String column) {
    Long value = row.getAs(column);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  static Long orNull(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  static Column[] of(StructType schema) {
    return List.of(schema.fieldNames()).stream().map(functions::col).toArray(Column[]::new);
  }
}
