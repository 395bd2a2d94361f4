package io.turnmill.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.udf;

import io.turnmill.job.config.CheckConfig;
import io.turnmill.job.rows.EntryRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * Groups the archive's records into sessions. They are shuffled once, by bucket; inside a task they
 * are sorted by bucket, and then by session and place, so that the memory of a task is bounded by
 * its longest session. Where each record holds a session of its own, they stay where they are.
 *
 * <pre>
 * entries ─┬─ repartition(bucket) ─ sort(session, place) ─┬─ assemble ─┬─ table=sessions/bucket=N/
 *          └───────────── one session each ───────────────┘            └─ table=rejected/bucket=N/
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
    write(assemble(grouped(entries, spread), check), stagingDir);
    return Prepared.open(entries.sparkSession(), stagingDir, spread.buckets(), BucketsBy.SESSION);
  }

  /**
   * Stages each record as a session of its own, with its neighbours in the input, without a shuffle
   * of the text. What was staged is looked at, for the records themselves say too little: it does
   * not hold if a session id stands in two of them, or if the buckets are not about equal.
   *
   * @param taskBytes text of each partition of {@code entries}
   * @return nothing if it does not hold; then {@link #stage} is needed, and replaces it
   */
  public static Optional<Prepared> stageAsRead(
      Dataset<Row> entries,
      List<Long> taskBytes,
      CheckConfig check,
      Spread spread,
      String stagingDir) {
    InputShares shares = InputShares.of(taskBytes, spread.buckets());
    Column bucket =
        udf(shares, DataTypes.IntegerType).asNondeterministic().apply(col(EntryRows.KEY_HASH));
    write(assemble(entries.withColumn(StagedRows.BUCKET, bucket), check), stagingDir);
    SparkSession spark = entries.sparkSession();
    Prepared staged = Prepared.open(spark, stagingDir, spread.buckets(), BucketsBy.INPUT);
    return Optional.of(staged)
        .filter(all -> spread.isEven(all.buckets()))
        .filter(all -> !all.repeatsSessions(spark));
  }

  /** The counts that {@link #stage} would give, without writing anything. */
  public static Counts count(Dataset<Row> entries, CheckConfig check, Spread spread) {
    return Counts.of(StagedGroups.of(assemble(grouped(entries, spread), check)));
  }

  private static void write(Dataset<Row> assembled, String stagingDir) {
    assembled
        .write()
        .mode(SaveMode.Overwrite)
        // Whatever the session says: no bucket of what was there before may stay.
        .option("partitionOverwriteMode", "static")
        .partitionBy(StagingRows.TABLE, StagedRows.BUCKET)
        .parquet(stagingDir);
  }

  private static Dataset<Row> grouped(Dataset<Row> entries, Spread spread) {
    Column bucket =
        pmod(col(EntryRows.KEY_HASH), lit((long) spread.buckets())).cast(DataTypes.IntegerType);
    Column[] order =
        Stream.concat(Stream.of(StagedRows.BUCKET), EntryRows.ORDER.stream())
            .map(name -> col(name))
            .toArray(Column[]::new);
    return entries
        .withColumn(StagedRows.BUCKET, bucket)
        .repartition(spread.tasks(), col(StagedRows.BUCKET))
        .sortWithinPartitions(order);
  }

  /** Adjacent entries of one session become one. */
  private static Dataset<Row> assemble(Dataset<Row> entries, CheckConfig check) {
    boolean badMessageRejectsSession =
        switch (check.badMessage()) {
          case REJECT_MESSAGE -> false;
          case REJECT_SESSION -> true;
        };
    return StagingRows.finish(
        entries.mapPartitions(
            new AssembleSessions(badMessageRejectsSession), Encoders.row(StagingRows.ENCODED)));
  }
}
