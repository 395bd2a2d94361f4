package io.turnmill.job.infer;

import io.turnmill.job.rows.InferredRows;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/** Staged sessions to inferred rows, one for one. */
public final class Infer {
  private Infer() {}

  /**
   * Runs the model over staged sessions.
   *
   * @param staged rows of {@link io.turnmill.job.rows.StagedRows}
   * @return rows of {@link InferredRows}: for each session a result or a rejection
   */
  public static Dataset<Row> infer(Dataset<Row> staged, ModelLoader loader, Tally tally) {
    return staged.mapPartitions(
        new InferPartition(loader, tally), Encoders.row(InferredRows.SCHEMA));
  }
}
