package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.task.Answers;
import io.turnmill.task.Reply.Reasoned;
import io.turnmill.task.WrittenText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A codec for answers that a model wrote in words: the columns of the text come after those that
 * tell what it is about.
 *
 * @param <A> the answer for one part
 */
abstract class WrittenAnswersCodec<A> extends AnswersCodec<A> {
  private static final long serialVersionUID = 1L;

  private static final List<String> SUMS =
      List.of("prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens");

  private static final StructType TEXT =
      new StructType()
          .add("text", StringType)
          .add("reasoning", StringType)
          .add("finish_reason", StringType)
          .add("prompt_tokens", IntegerType)
          .add("cached_tokens", IntegerType)
          .add("completion_tokens", IntegerType)
          .add("reasoning_tokens", IntegerType)
          .add("reasoning_cut_short", BooleanType)
          .add("mean_logprob", DoubleType)
          .add("confidence", DoubleType);

  /** What an answer is about; the first column is {@code turn}. */
  abstract StructType about();

  /** The values of these columns. */
  abstract List<Object> encodeAbout(A answer);

  abstract WrittenText written(A answer);

  abstract A decode(Row answer, WrittenText written);

  @Override
  final StructType answer() {
    StructType columns = about();
    for (StructField field : TEXT.fields()) {
      columns = columns.add(field);
    }
    return columns;
  }

  @Override
  final Row encodeAnswer(A answer) {
    WrittenText of = written(answer);
    List<Object> values = new ArrayList<>(encodeAbout(answer));
    values.add(of.text());
    values.add(of.reasoned().map(Reasoned::text).orElse(null));
    values.add(of.finishReason());
    values.add(of.promptTokens());
    values.add(of.cachedTokens());
    values.add(of.completionTokens());
    values.add(of.reasoned().map(Reasoned::tokens).orElse(0));
    values.add(of.reasoned().map(Reasoned::isCutShort).orElse(false));
    values.add(of.meanLogprob());
    values.add(of.confidence());
    return RowFactory.create(values.toArray());
  }

  @Override
  final A decodeAnswer(Row answer) {
    return decode(answer, decodeText(answer));
  }

  private static WrittenText decodeText(Row answer) {
    Optional<Reasoned> reasoned =
        Columns.text(answer, "reasoning")
            .map(
                text ->
                    new Reasoned(
                        text,
                        answer.<Integer>getAs("reasoning_tokens"),
                        answer.<Boolean>getAs("reasoning_cut_short")));
    return new WrittenText(
        answer.getAs("text"),
        reasoned,
        answer.getAs("finish_reason"),
        answer.<Integer>getAs("prompt_tokens"),
        answer.<Integer>getAs("cached_tokens"),
        answer.<Integer>getAs("completion_tokens"),
        answer.<Double>getAs("mean_logprob"));
  }

  @Override
  List<String> answerCounters() {
    List<String> names = new ArrayList<>(SUMS);
    names.addAll(List.of("reasoning_cut_short", "length_answers", "computed_tokens"));
    return names;
  }

  @Override
  void addTo(Map<String, Long> counts, Row answer) {
    addColumns(counts, answer, SUMS);
    WrittenText text = decodeText(answer);
    boolean cut = text.reasoned().map(Reasoned::isCutShort).orElse(false);
    counts.merge("reasoning_cut_short", cut ? 1L : 0, Long::sum);
    counts.merge("length_answers", text.isCutShort() ? 1L : 0, Long::sum);
    counts.merge("computed_tokens", (long) text.computedTokens(), Long::sum);
  }

  @Override
  final long computed(A answer) {
    return written(answer).computedTokens();
  }

  @Override
  public final Tokens tokens(Answers<A> result) {
    return result.answers().stream()
        .map(this::written)
        .filter(text -> !text.reused())
        .map(text -> new Tokens(text.completionTokens(), text.computedTokens()))
        .reduce(Tokens.NONE, Tokens::plus);
  }

  @Override
  public final ReplyEnds ends(Row result) {
    List<Row> answers = result.getList(result.fieldIndex(column()));
    long byLength = answers.stream().filter(answer -> decodeText(answer).isCutShort()).count();
    return new ReplyEnds(answers.size(), byLength);
  }
}
