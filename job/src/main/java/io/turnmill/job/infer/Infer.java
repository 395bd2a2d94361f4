package io.turnmill.job.infer;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.turnmill.job.cache.BucketCache;
import io.turnmill.job.flight.Flights;
import io.turnmill.job.rows.InferredRows;
import io.turnmill.job.rows.StagedRows;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** Staged sessions to inferred rows, one for one. */
public final class Infer {
  /** Column with the deaths of executors at which a session was in flight. */
  private static final String DEATHS = "deaths";

  private Infer() {}

  /**
   * Runs the model over staged sessions of one bucket. Those that were in flight when an executor
   * died come first, by and by in smaller groups; one that was at too many deaths is not run and
   * fails. Then come the longest: a long one that came last would keep its task waiting for it
   * alone.
   *
   * @param staged rows of {@link StagedRows}
   * @param flights of the bucket
   * @param cache of the bucket, if there is any
   * @return rows of {@link InferredRows}: for each session a result or a rejection
   */
  public static Dataset<Row> infer(
      Dataset<Row> staged,
      ModelLoader loader,
      Flights flights,
      Optional<BucketCache> cache,
      Tally tally) {
    return staged
        .withColumn(
            DEATHS,
            udf(new DeathsOfSession(flights), DataTypes.IntegerType)
                .apply(col("tenant"), col("session_id")))
        .sortWithinPartitions(col(DEATHS).desc(), col(StagedRows.CHAR_COUNT).desc())
        .mapPartitions(
            new InferPartition(loader, flights, cache.orElse(null), tally),
            Encoders.row(InferredRows.SCHEMA));
  }

  static int deaths(Row row) {
    return row.<Integer>getAs(DEATHS);
  }
}
