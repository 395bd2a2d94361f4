package io.turnmill.job.rows;

import io.turnmill.task.Answers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/**
 * A codec for answers about parts of a session: a list column with a struct for each answer, and
 * the column of the turns without one.
 *
 * @param <A> the answer for one part
 */
abstract class AnswersCodec<A> implements ResultCodec<Answers<A>> {
  private static final long serialVersionUID = 1L;

  /** The name of the list column, and of the counter of answers. */
  abstract String column();

  abstract StructType answer();

  /** Whether answers may be about carried fields, which {@code field} names. */
  boolean asksFields() {
    return false;
  }

  abstract Row encodeAnswer(A answer);

  /** The answer that a row of {@link #answer} holds. */
  abstract A decodeAnswer(Row answer);

  /** The names of what {@link #addTo} counts, in order. */
  abstract List<String> answerCounters();

  /** Adds what a row of {@link #answer} counts. */
  abstract void addTo(Map<String, Long> counts, Row answer);

  /** How many tokens went through the model for an answer. */
  abstract long computed(A answer);

  @Override
  @SuppressWarnings("unchecked") // a class has no type arguments at run time
  public Class<Answers<A>> type() {
    return (Class<Answers<A>>) (Class<?>) Answers.class;
  }

  @Override
  public StructType columns() {
    return new StructType()
        .add(column(), new ArrayType(answer(), false))
        .add(UnansweredRows.COLUMN, UnansweredRows.type(asksFields()));
  }

  @Override
  public Optional<AnswerColumns> answers() {
    return Optional.of(new AnswerColumns(column(), answer()));
  }

  @Override
  public Object[] encode(Answers<A> result, Row asked) {
    return encode(result);
  }

  private Object[] encode(Answers<A> result) {
    return new Object[] {
      result.answers().stream().map(this::encodeAnswer).toArray(),
      UnansweredRows.encode(result.unanswered(), asksFields())
    };
  }

  /**
   * What {@link #encode} made columns of, but for exceptions, of which rows hold the codes.
   *
   * @param result a row of {@link ResultRows} whose status is ok
   */
  @Override
  public Answers<A> decode(Row result) {
    List<Row> answers = result.getList(result.fieldIndex(column()));
    return new Answers<>(
        answers.stream().map(this::decodeAnswer).toList(),
        UnansweredRows.decode(result, asksFields()));
  }

  @Override
  public Object[] none() {
    return encode(new Answers<>(List.of(), List.of()));
  }

  @Override
  public List<String> counters() {
    List<String> names = new ArrayList<>(answerCounters());
    names.add(column());
    names.add(UnansweredRows.COUNTER);
    return names;
  }

  @Override
  public Map<String, Long> count(Row result) {
    Map<String, Long> counts = new LinkedHashMap<>();
    List<Row> answers = result.getList(result.fieldIndex(column()));
    answers.forEach(answer -> addTo(counts, answer));
    counts.put(column(), (long) answers.size());
    counts.put(UnansweredRows.COUNTER, UnansweredRows.count(result));
    return counts;
  }

  @Override
  public Tokens tokens(Answers<A> result) {
    return new Tokens(0, result.answers().stream().mapToLong(this::computed).sum());
  }

  /** Adds the numbers of columns of an answer to the counters of the same names. */
  static void addColumns(Map<String, Long> counts, Row answer, List<String> columns) {
    columns.forEach(
        column -> counts.merge(column, answer.<Integer>getAs(column).longValue(), Long::sum));
  }
}
