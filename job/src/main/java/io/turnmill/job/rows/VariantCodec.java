package io.turnmill.job.rows;

import io.turnmill.session.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The codec for the results of one variant: the table has a column with its name.
 *
 * @param <R> what the task makes of an item
 * @param of the codec of the task
 * @param name the name of the variant
 */
public record VariantCodec<R>(ResultCodec<R> of, String name) implements ResultCodec<R> {
  private static final long serialVersionUID = 1L;

  @Override
  public Optional<String> variant() {
    return Optional.of(name);
  }

  @Override
  public Class<R> type() {
    return of.type();
  }

  @Override
  public StructType columns() {
    return of.columns();
  }

  @Override
  public Object[] encode(R result, Row asked) {
    return of.encode(result, asked);
  }

  @Override
  public R decode(Row row) {
    return of.decode(row);
  }

  @Override
  public Object[] none() {
    return of.none();
  }

  @Override
  public Optional<AnswerColumns> answers() {
    return of.answers();
  }

  @Override
  public StructType passedOn() {
    return of.passedOn();
  }

  @Override
  public Optional<StructType> mergedFrom() {
    return of.mergedFrom();
  }

  @Override
  public Scope scope() {
    return of.scope();
  }

  @Override
  public String status(R result) {
    return of.status(result);
  }

  @Override
  public List<String> counters() {
    return of.counters();
  }

  @Override
  public Map<String, Long> count(Row result) {
    return of.count(result);
  }

  @Override
  public ReplyEnds ends(Row result) {
    return of.ends(result);
  }

  @Override
  public Tokens tokens(R result) {
    return of.tokens(result);
  }
}
