package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.IntegerType;

import io.turnmill.session.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The tables of items that were asked about in chunks, with one row for each item: {@code
 * documents}, and {@code results} of sessions.
 */
final class MergedTable implements ResultTable {
  /** A column, and how its value is found in a row of {@link ResultRows}. */
  private record Derived(StructField field, Function<Row, Object> value) {}

  private final StructType ofItems;
  private final List<Derived> columns = new ArrayList<>();

  /**
   * @param hasChunks whether the rows hold the chunks
   */
  MergedTable(ResultCodec<?> codec, boolean hasChunks) {
    ofItems = ResultRows.schema(codec);
    if (codec.scope() == Scope.DOCUMENT) {
      renamed("session_id", "id");
      same("tenant");
      renamed(StagedRows.SOURCE_FILE, "source");
      same("status", "error_code", "error_detail");
      renamed(StagedRows.CARRIED, "metadata");
      renamed(StagedRows.CHAR_COUNT, "characters");
      columns.add(new Derived(field("pages", IntegerType), MergedTable::pages));
    } else {
      same("session_id", "tenant", "status", "error_code", "error_detail", StagedRows.MESSAGES);
    }
    same(codec.columns().fieldNames());
    if (hasChunks) {
      ChunkColumns ofChunks = new ChunkColumns(codec.mergedFrom().orElseThrow());
      columns.add(
          new Derived(
              field(StagedRows.CHUNKS, new ArrayType(ofChunks.schema(), false)),
              item ->
                  ChunkTable.chunks(item).stream()
                      .map(chunk -> RowFactory.create(ofChunks.values(chunk).toArray()))
                      .toArray()));
    }
    if (codec.scope() != Scope.DOCUMENT) {
      same(StagedRows.CARRIED, "rejected_messages");
    }
    same(StagedRows.DUPLICATE_OF, "model_fingerprint");
  }

  private static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  private void same(String... names) {
    for (String name : names) {
      renamed(name, name);
    }
  }

  private void renamed(String staged, String name) {
    int place = ofItems.fieldIndex(staged);
    DataType type = ofItems.fields()[place].dataType();
    columns.add(new Derived(field(name, type), item -> item.get(place)));
  }

  /** How many pages an item has; null where there are no pages. */
  private static Object pages(Row item) {
    List<Row> chunks = ChunkTable.chunks(item);
    return chunks.isEmpty() ? null : chunks.get(chunks.size() - 1).getAs("last_page");
  }

  @Override
  public StructType schema() {
    return DataTypes.createStructType(columns.stream().map(Derived::field).toList());
  }

  @Override
  public List<Row> rows(Row item) {
    return List.of(
        RowFactory.create(columns.stream().map(column -> column.value.apply(item)).toArray()));
  }
}
