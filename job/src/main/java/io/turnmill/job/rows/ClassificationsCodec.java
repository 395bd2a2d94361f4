package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.task.Classification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/** The codec of the task {@code classify}. */
final class ClassificationsCodec extends AnswersCodec<Classification> {
  private static final long serialVersionUID = 1L;

  private static final List<String> SUMS =
      List.of("prompt_tokens", "cached_tokens", "computed_tokens", "cut_tokens");

  private static final StructType SCORE =
      new StructType().add("label", StringType).add("score", DoubleType);

  private static final StructType ANSWER =
      new StructType()
          .add("turn", IntegerType)
          .add("label", StringType)
          .add("score", DoubleType)
          .add("labels", new ArrayType(StringType, false))
          .add("unsure", BooleanType)
          .add("value", DoubleType)
          .add("scores", new ArrayType(SCORE, false))
          .add("prompt_tokens", IntegerType)
          .add("cached_tokens", IntegerType)
          .add("computed_tokens", IntegerType)
          .add("cut_tokens", IntegerType)
          .add("dropped_messages", IntegerType);

  @Override
  String column() {
    return "classifications";
  }

  @Override
  StructType answer() {
    return ANSWER;
  }

  @Override
  Row encodeAnswer(Classification of) {
    Classification.Work work = of.work();
    return RowFactory.create(
        orNull(of.turn()),
        of.label().orElse(null),
        orNull(of.score()),
        of.labels().toArray(),
        of.unsure(),
        orNull(of.value()),
        of.scores().stream()
            .map(score -> RowFactory.create(score.label(), score.score()))
            .toArray(),
        work.tokens(),
        work.cachedTokens(),
        work.computedTokens(),
        work.cutTokens(),
        work.droppedMessages());
  }

  @Override
  Classification decodeAnswer(Row answer) {
    List<Row> scores = answer.getList(answer.fieldIndex("scores"));
    return new Classification(
        Columns.whole(answer, "turn"),
        Columns.text(answer, "label"),
        answer.getList(answer.fieldIndex("labels")),
        answer.<Boolean>getAs("unsure"),
        Columns.real(answer, "value"),
        scores.stream()
            .map(of -> new Classification.LabelScore(of.getString(0), of.getDouble(1)))
            .toList(),
        new Classification.Work(
            answer.<Integer>getAs("prompt_tokens"),
            answer.<Integer>getAs("cached_tokens"),
            answer.<Integer>getAs("computed_tokens"),
            answer.<Integer>getAs("cut_tokens"),
            answer.<Integer>getAs("dropped_messages")));
  }

  @Override
  List<String> answerCounters() {
    List<String> names = new ArrayList<>(SUMS);
    names.add("unsure");
    return names;
  }

  @Override
  void addTo(Map<String, Long> counts, Row answer) {
    addColumns(counts, answer, SUMS);
    counts.merge("unsure", answer.<Boolean>getAs("unsure") ? 1L : 0, Long::sum);
  }

  @Override
  long computed(Classification of) {
    return of.work().computedTokens();
  }

  static Object orNull(OptionalInt number) {
    return number.isPresent() ? number.getAsInt() : null;
  }

  static Object orNull(OptionalDouble number) {
    return number.isPresent() ? number.getAsDouble() : null;
  }
}
