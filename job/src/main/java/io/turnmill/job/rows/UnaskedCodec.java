package io.turnmill.job.rows;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** The codec of chunks that a model is not asked about: they have no columns of their own. */
final class UnaskedCodec implements ResultCodec<UnaskedCodec.Unasked> {
  private static final long serialVersionUID = 1L;

  /** What stands in place of an answer. */
  enum Unasked {
    YET
  }

  @Override
  public Class<Unasked> type() {
    return Unasked.class;
  }

  @Override
  public StructType columns() {
    return new StructType();
  }

  @Override
  public Object[] encode(Unasked result, Row asked) {
    return none();
  }

  @Override
  public Unasked decode(Row row) {
    return Unasked.YET;
  }

  @Override
  public Object[] none() {
    return new Object[0];
  }

  @Override
  public List<String> counters() {
    return List.of();
  }

  @Override
  public Map<String, Long> count(Row result) {
    return Map.of();
  }

  @Override
  public Tokens tokens(Unasked result) {
    return Tokens.NONE;
  }
}
