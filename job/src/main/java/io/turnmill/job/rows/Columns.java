package io.turnmill.job.rows;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
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

  /** A nullable column of whole numbers of 32 bits. */
  static OptionalInt whole(Row row, String column) {
    Integer value = row.getAs(column);
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  static OptionalDouble real(Row row, String column) {
    Double value = row.getAs(column);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  static Long orNull(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  /** The elements of a list: an array in a row of a file, and else Scala's sequence. */
  @SuppressWarnings("unchecked") // as the schema says
  static <T> List<T> list(Row row, String column) {
    int place = row.fieldIndex(column);
    return row.get(place) instanceof Object[] array
        ? (List<T>) Arrays.asList(array)
        : row.getList(place);
  }

  static Column[] of(StructType schema) {
    return List.of(schema.fieldNames()).stream().map(functions::col).toArray(Column[]::new);
  }
}
