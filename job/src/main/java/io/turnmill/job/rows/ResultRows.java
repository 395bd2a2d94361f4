package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.inference.TokenLogprob;
import io.turnmill.task.Reply;
import io.turnmill.task.TaskResult;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The {@code results} table: one row for each session that was asked, with its messages, its
 * replies and its status. The partition column {@link #BUCKET} stands beside these.
 */
public final class ResultRows {
  public static final String BUCKET = "bucket";
  public static final String STATUS_OK = "ok";
  public static final String STATUS_FAILED = "failed";

  private static final StructType ALTERNATIVE =
      new StructType().add("token_id", IntegerType).add("logprob", FloatType);

  private static final StructType TOKEN =
      ALTERNATIVE.add("alternatives", new ArrayType(ALTERNATIVE, false));

  private static final StructType REPLY =
      new StructType()
          .add("turn", IntegerType)
          .add("choice", IntegerType)
          .add("content", StringType)
          .add("finish_reason", StringType)
          .add("stop_reason", StringType)
          .add("prompt_tokens", IntegerType)
          .add("cached_tokens", IntegerType)
          .add("completion_tokens", IntegerType)
          .add("mean_logprob", DoubleType)
          .add("confidence", DoubleType)
          .add("dropped_messages", IntegerType)
          .add("logprobs", new ArrayType(TOKEN, false));

  public static final StructType SCHEMA =
      new StructType()
          .add("session_id", StringType)
          .add("tenant", StringType)
          .add("status", StringType)
          .add("error_code", StringType)
          .add("error_detail", StringType)
          .add("messages", StagedRows.SCHEMA.apply("messages").dataType())
          .add("replies", new ArrayType(REPLY, false))
          .add("carried", DataTypes.createMapType(StringType, StringType, false))
          .add("rejected_messages", IntegerType)
          .add("model_fingerprint", StringType);

  private ResultRows() {}

  static Row ok(Row staged, List<Reply> replies, String fingerprint) {
    List<Row> rows = new ArrayList<>();
    for (Reply reply : replies) {
      rows.add(
          RowFactory.create(
              reply.turn(),
              reply.choice(),
              reply.content(),
              reply.finishReason(),
              reply.stopReason().orElse(null),
              reply.promptTokens(),
              reply.cachedTokens(),
              reply.completionTokens(),
              reply.meanLogprob(),
              reply.confidence(),
              reply.droppedMessages(),
              logprobs(reply.logprobs())));
    }
    return row(staged, STATUS_OK, null, null, rows, fingerprint);
  }

  /** Null when nobody asked for them. */
  private static Object logprobs(List<TokenLogprob> tokens) {
    if (tokens.isEmpty()) {
      return null;
    }
    return tokens.stream()
        .map(
            token ->
                RowFactory.create(
                    token.id(),
                    token.logprob(),
                    token.alternatives().stream()
                        .map(other -> RowFactory.create(other.id(), other.logprob()))
                        .toArray()))
        .toArray();
  }

  static Row failed(Row staged, TaskResult.Failed failed, String fingerprint) {
    return row(
        staged, STATUS_FAILED, failed.code().wireName(), failed.detail(), List.of(), fingerprint);
  }

  private static Row row(
      Row staged, String status, String code, String detail, List<Row> replies, String model) {
    return RowFactory.create(
        staged.getAs("session_id"),
        staged.getAs("tenant"),
        status,
        code,
        detail,
        staged.getAs("messages"),
        replies.toArray(),
        staged.getAs("carried"),
        staged.getAs("rejected_messages"),
        model);
  }
}
