package io.turnmill.job.prepare;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/** Counts what {@link WriteStaged} would write, all buckets together. */
final class CountStaged implements FlatMapFunction<Iterator<Row>, StagedPart> {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<StagedPart> call(Iterator<Row> rows) {
    StagedPart.Counter counter = new StagedPart.Counter();
    rows.forEachRemaining(counter::add);
    return List.of(counter.part(0, List.of(), List.of())).iterator();
  }
}
