package io.turnmill.job.rows;

import static org.apache.spark.sql.types.DataTypes.LongType;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A codec for what answers about chunks are merged into.
 *
 * @param <M> the result for an item
 */
abstract class MergeCodec<M> implements ResultCodec<M> {
  private static final long serialVersionUID = 1L;

  private final Class<M> type;

  MergeCodec(Class<M> type) {
    this.type = type;
  }

  /** The columns whose numbers are added up by counters of the same names. */
  abstract List<String> sums();

  /** Columns of tokens after others. */
  static StructType withTokens(StructType columns, List<String> names) {
    StructType all = columns;
    for (String name : names) {
      all = all.add(name, LongType);
    }
    return all;
  }

  @Override
  public final Class<M> type() {
    return type;
  }

  @Override
  public final Object[] none() {
    return new Object[columns().size()];
  }

  @Override
  public List<String> counters() {
    return sums();
  }

  @Override
  public Map<String, Long> count(Row result) {
    Map<String, Long> counts = new LinkedHashMap<>();
    sums().forEach(name -> counts.put(name, result.<Number>getAs(name).longValue()));
    return counts;
  }

  /** None: those of the answers were told of when they were given. */
  @Override
  public Tokens tokens(M result) {
    return Tokens.NONE;
  }
}
