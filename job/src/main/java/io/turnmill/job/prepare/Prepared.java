package io.turnmill.job.prepare;

import io.turnmill.job.rows.StagingRows;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A staged data set: {@code table=sessions/bucket=N/} and {@code table=rejected/bucket=N/} under
 * one folder.
 *
 * @param stagingDir where it lies
 * @param counts its books
 */
public record Prepared(String stagingDir, Counts counts) {

  /** A data set that was staged before, by this run or an earlier one. */
  public static Prepared open(SparkSession spark, String stagingDir) {
    return new Prepared(stagingDir, Counts.of(read(spark, stagingDir)));
  }

  /** As {@link io.turnmill.job.rows.StagedRows} describes them. */
  public Dataset<Row> sessions(SparkSession spark) {
    return StagingRows.sessions(read(spark, stagingDir));
  }

  /** As {@link io.turnmill.job.rows.RejectedRows} describes them. */
  public Dataset<Row> rejected(SparkSession spark) {
    return StagingRows.rejected(read(spark, stagingDir));
  }

  private static Dataset<Row> read(SparkSession spark, String stagingDir) {
    return spark.read().schema(StagingRows.SCHEMA).parquet(stagingDir);
  }
}
