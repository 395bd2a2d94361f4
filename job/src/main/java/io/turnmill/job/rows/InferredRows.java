package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.IntegerType;

import io.turnmill.task.TaskResult;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * What inference makes of each staged session: a row for {@code results} or one for {@code
 * rejected}.
 */
public final class InferredRows {
  public static final String RESULT = "result";
  public static final String REJECTED = "rejected";

  public static final StructType SCHEMA =
      new StructType()
          .add(ResultRows.BUCKET, IntegerType)
          .add(RESULT, ResultRows.SCHEMA)
          .add(REJECTED, RejectedRows.SCHEMA);

  private InferredRows() {}

  /** Exactly one of the two structs is set. */
  public static Row row(Row staged, TaskResult result, String fingerprint) {
    Object bucket = staged.getAs(ResultRows.BUCKET);
    if (result instanceof TaskResult.Ok ok) {
      return RowFactory.create(bucket, ResultRows.ok(staged, ok.replies(), fingerprint), null);
    }
    if (result instanceof TaskResult.Failed failed) {
      return RowFactory.create(bucket, ResultRows.failed(staged, failed, fingerprint), null);
    }
    TaskResult.Rejected rejected = (TaskResult.Rejected) result;
    return RowFactory.create(
        bucket, null, RejectedRows.session(staged, rejected.code(), rejected.detail()));
  }
}
