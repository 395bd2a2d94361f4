package io.turnmill.job.prepare;

import static org.apache.spark.sql.functions.lit;

import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A staged data set: {@code table=sessions/bucket=N/} and {@code table=rejected/bucket=N/} under
 * one folder.
 *
 * @param stagingDir where it lies
 * @param bucketCount over how many buckets sessions were spread; some may hold nothing
 * @param counts its books
 * @param buckets what holds anything, in order
 */
public record Prepared(
    String stagingDir, int bucketCount, Counts counts, List<StagedBucket> buckets) {
  public Prepared {
    buckets = List.copyOf(buckets);
  }

  /** A data set that was just staged: its rows are counted. */
  static Prepared open(SparkSession spark, String stagingDir, int bucketCount) {
    StagedGroups groups = StagedGroups.of(read(spark, stagingDir));
    return new Prepared(stagingDir, bucketCount, Counts.of(groups), groups.buckets());
  }

  /** As {@link io.turnmill.job.rows.StagedRows} describes them. */
  public Dataset<Row> sessions(SparkSession spark) {
    return StagingRows.sessions(read(spark, stagingDir));
  }

  /** As {@link io.turnmill.job.rows.RejectedRows} describes them. */
  public Dataset<Row> rejected(SparkSession spark) {
    return StagingRows.rejected(read(spark, stagingDir));
  }

  /** The sessions of one bucket, of which there must be any; no other folder is looked at. */
  public Dataset<Row> sessions(SparkSession spark, int bucket) {
    return StagingRows.sessions(read(spark, StagingRows.SESSIONS, bucket));
  }

  /** The rejections of one bucket, of which there must be any. */
  public Dataset<Row> rejected(SparkSession spark, int bucket) {
    return StagingRows.rejected(read(spark, StagingRows.REJECTED, bucket));
  }

  private static Dataset<Row> read(SparkSession spark, String stagingDir) {
    return spark.read().schema(StagingRows.SCHEMA).parquet(stagingDir);
  }

  private Dataset<Row> read(SparkSession spark, String table, int bucket) {
    String folder =
        "%s/%s=%s/%s=%d".formatted(stagingDir, StagingRows.TABLE, table, StagedRows.BUCKET, bucket);
    return spark
        .read()
        .schema(StagingRows.IN_BUCKET)
        .parquet(folder)
        .withColumn(StagingRows.TABLE, lit(table))
        .withColumn(StagedRows.BUCKET, lit(bucket));
  }
}
