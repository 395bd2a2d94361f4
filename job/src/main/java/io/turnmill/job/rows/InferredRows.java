package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.IntegerType;

import io.turnmill.job.fault.FaultLog;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
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

  /**
   * Exactly one of the two structs is set. A result that has no row is that of a failed session.
   */
  public static Row row(Row staged, TaskResult result, String fingerprint) {
    try {
      return encode(staged, result, fingerprint);
    } catch (RuntimeException | Error thrown) {
      Fault fault = FaultLog.here().show(Fault.of(Step.ENCODE, thrown));
      return encode(staged, TaskResult.Failed.by(fault), fingerprint);
    }
  }

  private static Row encode(Row staged, TaskResult result, String fingerprint) {
    Object bucket = staged.getAs(ResultRows.BUCKET);
    if (result instanceof TaskResult.Ok ok) {
      return RowFactory.create(bucket, ResultRows.ok(staged, ok.replies(), fingerprint), null);
    }
    if (result instanceof TaskResult.Failed failed) {
      failed.fault().ifPresent(FaultLog.here()::show);
      return RowFactory.create(bucket, ResultRows.failed(staged, failed, fingerprint), null);
    }
    TaskResult.Rejected rejected = (TaskResult.Rejected) result;
    return RowFactory.create(
        bucket, null, RejectedRows.session(staged, rejected.code(), rejected.detail()));
  }
}
