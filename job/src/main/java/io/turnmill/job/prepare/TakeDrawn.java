package io.turnmill.job.prepare;

import io.turnmill.clean.SampleRule;
import io.turnmill.job.rows.RestagedRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;

/**
 * Takes the sessions that are drawn for a trial into one bucket, and leaves out every other row.
 *
 * @param numbers of the sessions that are drawn
 */
record TakeDrawn(SampleRule rule, Broadcast<Set<Long>> numbers)
    implements FlatMapFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  /** The only bucket: one task of one executor answers all sessions together. */
  static final int BUCKET = 0;

  @Override
  public Iterator<Row> call(Row row) {
    boolean drawn =
        StagingRows.isSession(row)
            && StagedRows.duplicateOf(row).isEmpty()
            && numbers.value().contains(rule.number(StagedRows.key(row)));
    return (drawn ? List.of(RestagedRows.alone(row, BUCKET)) : List.<Row>of()).iterator();
  }
}
