package io.turnmill.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;

import io.turnmill.job.config.CheckConfig;
import io.turnmill.job.rows.EntryRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.types.DataTypes;

/**
 * Groups the archive's records into sessions. They are shuffled once, by bucket; inside a task they
 * are sorted by bucket, and then by session and place, so that the memory of a task is bounded by
 * its longest session.
 *
 * <pre>
 * entries ─ repartition(bucket) ─ sort(session, place) ─ assemble ─┬─ table=sessions/bucket=N/
 *                                                                  └─ table=rejected/bucket=N/
 * </pre>
 */
public final class Prepare {
  private Prepare() {}

  /**
   * Stages sessions and rejections under one folder, written once and atomically; what is there
   * already is replaced.
   *
   * @param entries as {@link EntryRows} describes them
   * @param spread over how many buckets; one Parquet file each
   */
  public static Prepared stage(
      Dataset<Row> entries, CheckConfig check, Spread spread, String stagingDir) {
    assemble(entries, check, spread)
        .write()
        .mode(SaveMode.Overwrite)
        .partitionBy(StagingRows.TABLE, StagedRows.BUCKET)
        .parquet(stagingDir);
    return Prepared.open(entries.sparkSession(), stagingDir, spread.buckets());
  }

  /** The counts that {@link #stage} would give, without writing anything. */
  public static Counts count(Dataset<Row> entries, CheckConfig check, Spread spread) {
    return Counts.of(StagedGroups.of(assemble(entries, check, spread)));
  }

  private static Dataset<Row> assemble(Dataset<Row> entries, CheckConfig check, Spread spread) {
    Column bucket =
        pmod(col(EntryRows.KEY_HASH), lit((long) spread.buckets())).cast(DataTypes.IntegerType);
    Column[] order =
        Stream.concat(Stream.of(StagedRows.BUCKET), EntryRows.ORDER.stream())
            .map(name -> col(name))
            .toArray(Column[]::new);
    boolean badMessageRejectsSession =
        switch (check.badMessage()) {
          case REJECT_MESSAGE -> false;
          case REJECT_SESSION -> true;
        };
    Dataset<Row> sorted =
        entries
            .withColumn(StagedRows.BUCKET, bucket)
            .repartition(spread.tasks(), col(StagedRows.BUCKET))
            .sortWithinPartitions(order);
    return StagingRows.finish(
        sorted.mapPartitions(
            new AssembleSessions(badMessageRejectsSession), Encoders.row(StagingRows.ENCODED)));
  }
}
