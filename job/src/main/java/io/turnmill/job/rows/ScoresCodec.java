package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.task.TurnScore;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/** The codec of the task {@code score}. */
final class ScoresCodec extends AnswersCodec<TurnScore> {
  private static final long serialVersionUID = 1L;

  private static final List<String> SUMS =
      List.of("prompt_tokens", "cached_tokens", "computed_tokens", "scored_tokens");

  private static final StructType ANSWER =
      new StructType()
          .add("turn", IntegerType)
          .add(UnansweredRows.FIELD, StringType)
          .add("scored_tokens", IntegerType)
          .add("sum_logprob", DoubleType)
          .add("mean_logprob", DoubleType)
          .add("perplexity", DoubleType)
          .add("logprobs", new ArrayType(FloatType, false))
          .add("prompt_tokens", IntegerType)
          .add("cached_tokens", IntegerType)
          .add("computed_tokens", IntegerType)
          .add("dropped_messages", IntegerType);

  private final boolean logprobs;

  /**
   * @param logprobs whether the log-probability of each token is written
   */
  ScoresCodec(boolean logprobs) {
    this.logprobs = logprobs;
  }

  @Override
  String column() {
    return "scores";
  }

  @Override
  StructType answer() {
    return ANSWER;
  }

  @Override
  boolean asksFields() {
    return true;
  }

  @Override
  Row encodeAnswer(TurnScore of) {
    return RowFactory.create(
        of.turn(),
        of.field().orElse(null),
        of.logprobs().size(),
        of.sum(),
        of.mean(),
        of.perplexity(),
        logprobs ? of.logprobs().toArray() : null,
        of.promptTokens(),
        of.cachedTokens(),
        of.computedTokens(),
        of.droppedMessages());
  }

  /** Only where the log-probability of each token is written is it known. */
  @Override
  TurnScore decodeAnswer(Row answer) {
    if (!logprobs) {
      throw new UnsupportedOperationException("Scores without tokens cannot be read back.");
    }
    return new TurnScore(
        answer.<Integer>getAs("turn"),
        Columns.text(answer, UnansweredRows.FIELD),
        answer.getList(answer.fieldIndex("logprobs")),
        answer.<Integer>getAs("prompt_tokens"),
        answer.<Integer>getAs("cached_tokens"),
        answer.<Integer>getAs("computed_tokens"),
        answer.<Integer>getAs("dropped_messages"));
  }

  @Override
  List<String> answerCounters() {
    return SUMS;
  }

  @Override
  void addTo(Map<String, Long> counts, Row answer) {
    addColumns(counts, answer, SUMS);
  }

  @Override
  long computed(TurnScore of) {
    return of.computedTokens();
  }
}
