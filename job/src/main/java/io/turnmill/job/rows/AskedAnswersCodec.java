package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.job.fault.FaultLog;
import io.turnmill.task.Replies.Unanswered;
import io.turnmill.task.Reply.Reasoned;
import io.turnmill.task.WrittenText;
import io.turnmill.task.ask.AskedAnswer;
import io.turnmill.task.ask.AskedAnswers;
import io.turnmill.task.ask.GivenChunk;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/**
 * The codec of the task {@code ask}: the answers, each with the chunks that the model was shown,
 * and the questions without one.
 */
final class AskedAnswersCodec implements ResultCodec<AskedAnswers> {
  private static final long serialVersionUID = 1L;

  private static final String ANSWERS = "answers";
  private static final String FOUND = "found";
  private static final String DROPPED = "dropped_chunks";
  private static final List<String> SUMS =
      List.of("prompt_tokens", "cached_tokens", "completion_tokens", "computed_tokens");

  private static final String UNANSWERED = "unanswered_questions";

  private static final StructType WITHOUT =
      new StructType()
          .add("question", StringType)
          .add("error_code", StringType)
          .add("error_detail", StringType);

  private static final StructType CHUNK =
      new StructType().add("number", IntegerType).add("score", DoubleType);

  private static final StructType ANSWER =
      new StructType()
          .add("question", StringType)
          .add(FOUND, BooleanType)
          .add("text", StringType)
          .add("chunks", new ArrayType(CHUNK, false))
          .add(DROPPED, new ArrayType(IntegerType, false))
          .add("reasoning", StringType)
          .add("finish_reason", StringType)
          .add("prompt_tokens", IntegerType)
          .add("cached_tokens", IntegerType)
          .add("completion_tokens", IntegerType)
          .add("computed_tokens", IntegerType)
          .add("mean_logprob", DoubleType)
          .add("confidence", DoubleType);

  @Override
  public Class<AskedAnswers> type() {
    return AskedAnswers.class;
  }

  @Override
  public StructType columns() {
    return new StructType()
        .add(ANSWERS, new ArrayType(ANSWER, false))
        .add(UnansweredRows.COLUMN, new ArrayType(WITHOUT, false));
  }

  @Override
  public Object[] encode(AskedAnswers result, Row asked) {
    return encoded(result);
  }

  private static Object[] encoded(AskedAnswers result) {
    return new Object[] {
      result.answers().stream().map(AskedAnswersCodec::answer).toArray(),
      result.unanswered().stream().map(AskedAnswersCodec::without).toArray()
    };
  }

  @Override
  public Object[] none() {
    return encoded(new AskedAnswers(List.of(), List.of()));
  }

  private static Row without(Unanswered of) {
    of.fault().ifPresent(FaultLog.here()::show);
    return RowFactory.create(of.field().orElseThrow(), of.code(), of.detail());
  }

  private static Row answer(AskedAnswer of) {
    WrittenText written = of.written();
    return RowFactory.create(
        of.question(),
        of.found(),
        of.text(),
        of.given().stream().map(AskedAnswersCodec::chunk).toArray(),
        of.dropped().toArray(),
        written.reasoned().map(Reasoned::text).orElse(null),
        written.finishReason(),
        written.promptTokens(),
        written.cachedTokens(),
        written.completionTokens(),
        written.computedTokens(),
        written.meanLogprob(),
        written.confidence());
  }

  private static Row chunk(GivenChunk of) {
    return RowFactory.create(of.number(), of.score().isPresent() ? of.score().getAsDouble() : null);
  }

  @Override
  public List<String> counters() {
    return List.of(
        "prompt_tokens",
        "cached_tokens",
        "completion_tokens",
        "computed_tokens",
        "length_answers",
        DROPPED,
        FOUND,
        ANSWERS,
        UNANSWERED);
  }

  @Override
  public Map<String, Long> count(Row result) {
    Map<String, Long> counts = new LinkedHashMap<>();
    List<Row> answers = answers(result);
    for (Row answer : answers) {
      AnswersCodec.addColumns(counts, answer, SUMS);
      counts.merge("length_answers", isCutShort(answer) ? 1L : 0, Long::sum);
      counts.merge(DROPPED, (long) answer.getList(answer.fieldIndex(DROPPED)).size(), Long::sum);
      counts.merge(FOUND, answer.<Boolean>getAs(FOUND) ? 1L : 0, Long::sum);
    }
    counts.put(ANSWERS, (long) answers.size());
    counts.put(UNANSWERED, UnansweredRows.count(result));
    return counts;
  }

  @Override
  public Tokens tokens(AskedAnswers result) {
    return result.answers().stream()
        .map(AskedAnswer::written)
        .filter(written -> !written.reused())
        .map(written -> new Tokens(written.completionTokens(), written.computedTokens()))
        .reduce(Tokens.NONE, Tokens::plus);
  }

  @Override
  public ReplyEnds ends(Row result) {
    List<Row> answers = answers(result);
    return new ReplyEnds(
        answers.size(), answers.stream().filter(AskedAnswersCodec::isCutShort).count());
  }

  private static List<Row> answers(Row result) {
    return result.getList(result.fieldIndex(ANSWERS));
  }

  private static boolean isCutShort(Row answer) {
    return WrittenText.LENGTH.equals(answer.getAs("finish_reason"));
  }
}
