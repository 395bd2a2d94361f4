package io.turnmill.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;

import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import io.turnmill.session.Scope;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A staged data set: {@code table=sessions/bucket=N/} and {@code table=rejected/bucket=N/} under
 * one folder.
 *
 * @param stagingDir where it lies
 * @param bucketCount over how many buckets sessions were spread; some may hold nothing
 * @param bucketsBy how they were spread
 * @param counts its books
 * @param buckets what holds anything, in order
 */
public record Prepared(
    String stagingDir,
    int bucketCount,
    BucketsBy bucketsBy,
    Counts counts,
    List<StagedBucket> buckets) {
  public Prepared {
    buckets = List.copyOf(buckets);
  }

  /** A data set that was just staged: its rows are counted. */
  static Prepared open(
      SparkSession spark, String stagingDir, int bucketCount, BucketsBy bucketsBy) {
    StagedGroups groups = StagedGroups.of(read(spark, stagingDir));
    return new Prepared(stagingDir, bucketCount, bucketsBy, Counts.of(groups), groups.buckets());
  }

  /**
   * Whether two sessions have one id, those rejected as a whole among them. Only hashes of the ids
   * are shuffled: of 128 bits, so that all but never one stands for two.
   */
  boolean repeatsSessions(SparkSession spark) {
    Column scope = col("scope");
    Column[] id = {col("tenant"), col("session_id")};
    Column[] salted = {lit(1), col("tenant"), col("session_id")};
    return !read(spark, stagingDir)
        .where(scope.isNull().or(scope.equalTo(Scope.SESSION.wireName())))
        .groupBy(xxhash64(id).as("low"), xxhash64(salted).as("high"))
        .count()
        .where(col("count").gt(1))
        .isEmpty();
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
