package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.turnmill.task.Cascaded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The codec for results of a cascade: after the columns of the task, those that say which model
 * gave the result and what it took.
 *
 * @param <R> what either model's task makes of an item
 * @param of the codec of the task
 */
public record CascadeCodec<R>(ResultCodec<R> of) implements ResultCodec<Cascaded<R>> {
  private static final long serialVersionUID = 1L;

  private static final String ANSWERED_BY = "answered_by";
  private static final String ESCALATED = "escalated";
  private static final String UNUSED_TOKENS = "unused_tokens";
  private static final String SECOND = "second";

  private static final StructType COLUMNS =
      new StructType()
          .add(ANSWERED_BY, StringType)
          .add(ESCALATED, BooleanType)
          .add("first_confidence", DoubleType)
          .add(UNUSED_TOKENS, LongType);

  /**
   * The names of the counters: sessions that the second model was asked, those that it answered,
   * the tokens that it computed, tokens of results that were not used, and tokens of sessions that
   * only the first model computed.
   */
  private static final List<String> COUNTERS =
      List.of(
          "escalated_sessions",
          "second_model_sessions",
          "second_model_tokens",
          UNUSED_TOKENS,
          "spared_tokens");

  @Override
  @SuppressWarnings("unchecked") // a class has no type arguments at run time
  public Class<Cascaded<R>> type() {
    return (Class<Cascaded<R>>) (Class<?>) Cascaded.class;
  }

  @Override
  public StructType columns() {
    List<StructField> fields = new ArrayList<>(List.of(of.columns().fields()));
    fields.addAll(List.of(COLUMNS.fields()));
    return new StructType(fields.toArray(StructField[]::new));
  }

  @Override
  public Object[] encode(Cascaded<R> result, Row asked) {
    return with(
        of.encode(result.value(), asked),
        result.bySecond() ? SECOND : "first",
        result.escalated(),
        result.certainty().isPresent() ? result.certainty().getAsDouble() : null,
        unused(result));
  }

  private long unused(Cascaded<R> result) {
    return result.unused().map(value -> of.tokens(value).computed()).orElse(0L);
  }

  @Override
  public Object[] none() {
    return with(of.none(), null, null, null, null);
  }

  private static Object[] with(Object[] ofTask, Object... more) {
    Object[] all = Arrays.copyOf(ofTask, ofTask.length + more.length);
    System.arraycopy(more, 0, all, ofTask.length, more.length);
    return all;
  }

  @Override
  public Optional<AnswerColumns> answers() {
    return of.answers();
  }

  @Override
  public List<String> counters() {
    List<String> names = new ArrayList<>(of.counters());
    names.addAll(COUNTERS);
    return names;
  }

  @Override
  public Map<String, Long> count(Row result) {
    Map<String, Long> counts = new LinkedHashMap<>(of.count(result));
    boolean bySecond = result.<String>getAs(ANSWERED_BY).equals(SECOND);
    boolean escalated = result.<Boolean>getAs(ESCALATED);
    long computed = counts.getOrDefault("computed_tokens", 0L);
    counts.put("escalated_sessions", escalated ? 1L : 0);
    counts.put("second_model_sessions", bySecond ? 1L : 0);
    counts.put("second_model_tokens", bySecond ? computed : 0);
    counts.put(UNUSED_TOKENS, result.<Long>getAs(UNUSED_TOKENS));
    counts.put("spared_tokens", escalated ? 0 : computed);
    return counts;
  }

  @Override
  public ReplyEnds ends(Row result) {
    return of.ends(result);
  }

  @Override
  public Tokens tokens(Cascaded<R> result) {
    return of.tokens(result.value()).plus(new Tokens(0, unused(result)));
  }
}
