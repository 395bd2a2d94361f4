package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.task.TaskResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of sessions that were asked, each with its messages, the result of the task, and its
 * status. A {@link ResultTable} makes the rows of the table {@code results} from them. The
 * partition column {@link #BUCKET} is not among its columns.
 */
public final class ResultRows {
  public static final String BUCKET = "bucket";
  public static final String STATUS_OK = "ok";
  public static final String STATUS_FAILED = "failed";

  /** The status of a result for which some chunks of its item are missing. */
  public static final String STATUS_PARTIAL = "partial";

  /** The column that only a run with variants has. */
  public static final String VARIANT = "variant";

  private static final StructType KEY =
      new StructType().add("session_id", StringType).add("tenant", StringType);

  private static final StructType BEFORE =
      new StructType()
          .add("status", StringType)
          .add("error_code", StringType)
          .add("error_detail", StringType)
          .add("messages", StagedRows.SCHEMA.apply("messages").dataType());

  private static final StructType AFTER =
      new StructType()
          .add("carried", DataTypes.createMapType(StringType, StringType, false))
          .add("rejected_messages", IntegerType)
          .add(StagedRows.DUPLICATE_OF, StringType)
          .add("model_fingerprint", StringType);

  private ResultRows() {}

  /** The columns of the table, including those of the task. */
  public static StructType schema(ResultCodec<?> codec) {
    List<StructField> fields = new ArrayList<>(List.of(KEY.fields()));
    codec
        .variant()
        .ifPresent(
            name -> fields.add(new StructField(VARIANT, StringType, true, Metadata.empty())));
    fields.addAll(List.of(BEFORE.fields()));
    fields.addAll(List.of(codec.columns().fields()));
    fields.addAll(List.of(codec.passedOn().fields()));
    fields.addAll(List.of(AFTER.fields()));
    return new StructType(fields.toArray(StructField[]::new));
  }

  /** Whether a row of the table has the result of another session by copy. */
  public static boolean isCopy(Row result) {
    return result.getAs(StagedRows.DUPLICATE_OF) != null;
  }

  /** Whether a row of the table has a result, be it of some chunks alone. */
  public static boolean hasResult(Row result) {
    return !STATUS_FAILED.equals(result.getAs("status"));
  }

  static <R> Row ok(Row staged, R result, ResultCodec<R> codec, String fingerprint) {
    List<Object> head = head(staged, codec, codec.status(result), null, null);
    return row(head, staged, codec, codec.encode(result, staged), fingerprint);
  }

  static Row failed(
      Row staged, TaskResult.Failed<?> failed, ResultCodec<?> codec, String fingerprint) {
    String code = failed.code().wireName();
    List<Object> head = head(staged, codec, STATUS_FAILED, code, failed.detail());
    return row(head, staged, codec, codec.none(), fingerprint);
  }

  private static List<Object> head(
      Row staged, ResultCodec<?> codec, String status, String code, String detail) {
    List<Object> values = new ArrayList<>();
    values.add(staged.getAs("session_id"));
    values.add(staged.getAs("tenant"));
    codec.variant().ifPresent(values::add);
    values.add(status);
    values.add(code);
    values.add(detail);
    return values;
  }

  private static Row row(
      List<Object> head, Row staged, ResultCodec<?> codec, Object[] ofTask, String model) {
    List<Object> values = new ArrayList<>(head);
    values.add(staged.getAs("messages"));
    values.addAll(Arrays.asList(ofTask));
    for (String column : codec.passedOn().fieldNames()) {
      values.add(staged.getAs(column));
    }
    values.add(staged.getAs("carried"));
    values.add(staged.getAs("rejected_messages"));
    values.add(staged.getAs(StagedRows.DUPLICATE_OF));
    values.add(model);
    return RowFactory.create(values.toArray());
  }
}
