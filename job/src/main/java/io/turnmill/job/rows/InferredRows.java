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
 * The rows that inference returns, one for each staged session: each holds a row for the table
 * {@code results} or one for the table {@code rejected}.
 */
public final class InferredRows {
  public static final String RESULT = "result";
  public static final String REJECTED = "rejected";

  private InferredRows() {}

  public static StructType schema(ResultCodec<?> codec) {
    return new StructType()
        .add(ResultRows.BUCKET, IntegerType)
        .add(RESULT, ResultRows.schema(codec))
        .add(REJECTED, RejectedRows.schema(codec));
  }

  /**
   * Makes the row of a session, in which exactly one of the two structs is set. A failed session
   * has a row in the table of results, with a status instead of a result.
   */
  public static Row row(
      Row staged, TaskResult<?> result, ResultCodec<?> codec, String fingerprint) {
    try {
      return encode(staged, result, codec, fingerprint);
    } catch (RuntimeException | Error thrown) {
      Fault fault = FaultLog.here().show(Fault.of(Step.ENCODE, thrown));
      return encode(staged, TaskResult.Failed.by(fault), codec, fingerprint);
    }
  }

  private static <R> Row encode(
      Row staged, TaskResult<?> result, ResultCodec<R> codec, String fingerprint) {
    Object bucket = staged.getAs(ResultRows.BUCKET);
    if (result instanceof TaskResult.Ok<?> ok) {
      R value = codec.type().cast(ok.value());
      return RowFactory.create(bucket, ResultRows.ok(staged, value, codec, fingerprint), null);
    }
    if (result instanceof TaskResult.Failed<?> failed) {
      failed.fault().ifPresent(FaultLog.here()::show);
      return RowFactory.create(bucket, ResultRows.failed(staged, failed, codec, fingerprint), null);
    }
    TaskResult.Rejected<?> rejected = (TaskResult.Rejected<?>) result;
    return RowFactory.create(
        bucket, null, RejectedRows.session(staged, rejected.code(), rejected.detail(), codec));
  }
}
