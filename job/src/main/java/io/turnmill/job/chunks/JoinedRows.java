package io.turnmill.job.chunks;

import io.turnmill.job.rows.ChunkRows;
import io.turnmill.job.rows.ResultRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import io.turnmill.session.KeyHash;
import io.turnmill.session.SessionKey;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows in which items, chunks and answers come together: the item that each belongs to, the
 * number of the chunk, and one of three structs. In their order an item comes before its chunks,
 * and each chunk before its answer.
 */
final class JoinedRows {
  private static final String ITEM = "item";
  private static final String NUMBER = "number";
  private static final String KIND = "kind";
  private static final String ROW = "item_row";
  private static final String PLACE = "place";
  private static final String ANSWER = "answer";

  /** An item as its file has it. */
  private static final StructType ITEM_ROW = entriesOf(StagedRows.inBucket(StagedRows.SCHEMA));

  private JoinedRows() {}

  /**
   * The columns.
   *
   * @param ofTask the columns of the answers
   */
  static StructType schema(StructType ofTask) {
    return new StructType()
        .add(StagedRows.BUCKET, DataTypes.IntegerType)
        .add("tenant", DataTypes.StringType)
        .add(ITEM, DataTypes.StringType)
        .add(NUMBER, DataTypes.IntegerType)
        .add(KIND, DataTypes.IntegerType)
        .add(ROW, ITEM_ROW)
        .add(PLACE, ChunkRows.PLACE)
        .add(ANSWER, answer(ofTask));
  }

  private static StructType answer(StructType ofTask) {
    return DataTypes.createStructType(
        Stream.of(ChunkRows.STATUS, ofTask)
            .flatMap(part -> Arrays.stream(part.fields()))
            .toArray(StructField[]::new));
  }

  /** The rows that {@link JoinChunks} returns: as staging takes them, carried fields as entries. */
  static StructType joined(StructType ofTask) {
    StructType columns =
        new StructType()
            .add(StagingRows.TABLE, DataTypes.StringType)
            .add(StagedRows.BUCKET, DataTypes.IntegerType);
    StructType staged = StagedRows.inBucket(StagedRows.chunked(ChunkRows.type(ofTask)));
    for (StructField field : entriesOf(staged).fields()) {
      columns = columns.add(field);
    }
    return StagingRows.withCleaned(columns);
  }

  private static StructType entriesOf(StructType columns) {
    return DataTypes.createStructType(
        Arrays.stream(columns.fields())
            .map(
                field ->
                    field.name().equals(StagedRows.CARRIED)
                        ? DataTypes.createStructField(
                            field.name(), StagingRows.CARRIED_ENTRIES, true)
                        : field)
            .toArray(StructField[]::new));
  }

  static Column[] order() {
    return Stream.of(StagedRows.BUCKET, "tenant", ITEM, NUMBER, KIND)
        .map(functions::col)
        .toArray(Column[]::new);
  }

  /** The row of an item; one that is a copy is in the bucket of the item that is asked. */
  static Row ofItem(Row staged, int buckets) {
    SessionKey key = StagedRows.key(staged);
    Object[] values =
        Arrays.stream(ITEM_ROW.fieldNames()).map(name -> staged.<Object>getAs(name)).toArray();
    return RowFactory.create(
        KeyHash.bucket(StagedRows.askedKey(staged), buckets),
        key.tenant().orElse(null),
        key.sessionId(),
        -1,
        0,
        RowFactory.create(values),
        null,
        null);
  }

  /** The row of a chunk. */
  static Row ofChunk(Row staged, int buckets) {
    ChunkKey key = ChunkKey.of(StagedRows.key(staged));
    return RowFactory.create(
        KeyHash.bucket(key.item(), buckets),
        key.item().tenant().orElse(null),
        key.item().sessionId(),
        key.number(),
        1,
        null,
        RowFactory.create(ChunkRows.place(staged)),
        null);
  }

  /** Tenant, id and text, if it is the first chunk of its item. */
  static Optional<Row> opening(Row staged) {
    ChunkKey key = ChunkKey.of(StagedRows.key(staged));
    Object text = ChunkRows.place(staged)[ChunkRows.PLACE.fieldIndex("text")];
    return key.number() > 0
        ? Optional.empty()
        : Optional.of(
            RowFactory.create(key.item().tenant().orElse(null), key.item().sessionId(), text));
  }

  /**
   * The row of an answer.
   *
   * @param result a row of {@link ResultRows} about a chunk
   */
  static Row ofResult(Row result, StructType ofTask, int buckets) {
    Object[] values = new Object[ChunkRows.STATUS.size() + ofTask.size()];
    int at = 0;
    for (StructType part : List.of(ChunkRows.STATUS, ofTask)) {
      for (String name : part.fieldNames()) {
        values[at++] = result.getAs(name);
      }
    }
    return answer(result, RowFactory.create(values), buckets);
  }

  /**
   * The row of a chunk that could not be asked about.
   *
   * @param rejected a row of the table of rejections
   */
  static Row ofRejection(Row rejected, StructType ofTask, int buckets) {
    Object[] values = new Object[ChunkRows.STATUS.size() + ofTask.size()];
    values[0] = ChunkRows.STATUS_REJECTED;
    values[1] = rejected.getAs("code");
    values[2] = rejected.getAs("detail");
    return answer(rejected, RowFactory.create(values), buckets);
  }

  private static Row answer(Row of, Row answer, int buckets) {
    Optional<String> tenant = Optional.ofNullable(of.getAs("tenant"));
    ChunkKey key = ChunkKey.of(new SessionKey(tenant, of.getAs("session_id")));
    return RowFactory.create(
        KeyHash.bucket(key.item(), buckets),
        key.item().tenant().orElse(null),
        key.item().sessionId(),
        key.number(),
        2,
        null,
        null,
        answer);
  }

  /** The item of a row; nothing if it is the row of a chunk or of an answer. */
  static Optional<Row> item(Row row) {
    return Optional.ofNullable(row.getAs(ROW));
  }

  /** The values of {@link ChunkRows#PLACE}. */
  static Object[] place(Row row) {
    Row place = row.getAs(PLACE);
    if (place == null) {
      throw new IllegalStateException("There is an answer without a chunk. This is a bug.");
    }
    return values(place);
  }

  /** The values of {@link ChunkRows#STATUS} and of the task's columns. */
  static Object[] answer(Row row) {
    return values(row.getAs(ANSWER));
  }

  private static Object[] values(Row row) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    return values;
  }

  static boolean isOfSameItem(Row one, Row other) {
    return one.getAs(ITEM).equals(other.getAs(ITEM))
        && Objects.equals(one.getAs("tenant"), other.getAs("tenant"));
  }

  /** Whether a row is the answer about the chunk of another one. */
  static boolean isAnswerTo(Row chunk, Row row) {
    return isOfSameItem(chunk, row)
        && chunk.getAs(NUMBER).equals(row.getAs(NUMBER))
        && row.getAs(ANSWER) != null;
  }

  /** The item and the number of a chunk, of which its id is made. */
  private record ChunkKey(SessionKey item, int number) {
    static ChunkKey of(SessionKey chunk) {
      String id = chunk.sessionId();
      int mark = id.lastIndexOf('#');
      return new ChunkKey(
          new SessionKey(chunk.tenant(), id.substring(0, mark)),
          Integer.parseInt(id.substring(mark + 1)));
    }
  }
}
