package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.StringType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The table {@code chunks}, with one row for each chunk of an item, in their order. */
final class ChunkTable implements ResultTable {
  private final String scope;
  private final ChunkColumns columns;

  ChunkTable(ResultCodec<?> codec) {
    scope = codec.scope().wireName();
    columns = new ChunkColumns(codec.mergedFrom().orElseThrow());
  }

  /** The chunks of an item. */
  static List<Row> chunks(Row item) {
    return item.getList(item.fieldIndex(StagedRows.CHUNKS));
  }

  @Override
  public StructType schema() {
    StructType schema =
        new StructType().add("scope", StringType).add("id", StringType).add("tenant", StringType);
    for (StructField field : columns.schema().fields()) {
      schema = schema.add(field);
    }
    return schema;
  }

  @Override
  public List<Row> rows(Row item) {
    return chunks(item).stream().map(chunk -> row(item, chunk)).toList();
  }

  private Row row(Row item, Row chunk) {
    List<Object> values =
        new ArrayList<>(Arrays.asList(scope, item.getAs("session_id"), item.getAs("tenant")));
    values.addAll(columns.values(chunk));
    return RowFactory.create(values.toArray());
  }
}
