package io.turnmill.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.udf;

import io.turnmill.job.config.CheckConfig;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.rows.EntryRows;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import io.turnmill.job.spark.TaskResults;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * Groups the archive's records into sessions. They are shuffled once, by bucket; inside a task they
 * are sorted by bucket, and then by session and place, so that the memory of a task is bounded by
 * its longest session. If each record holds a whole session, records are not shuffled.
 *
 * <pre>
 * entries ─┬─ repartition(bucket) ─ sort(session, place) ─┬─ assemble ─┬─ table=sessions/bucket=N/
 *          └───────────── one session each ───────────────┘            └─ table=rejected/bucket=N/
 * </pre>
 */
public final class Prepare {
  /** The compression of staged data, which is read once and then removed. */
  private static final String CODEC = "zstd";

  private Prepare() {}

  /**
   * The place where sessions and rejections are staged.
   *
   * @param folder a folder of this attempt at staging and of no other
   * @param hadoop the settings of its file system
   */
  public record Target(String folder, HadoopConf hadoop) {}

  /**
   * Stages sessions and rejections. Nothing counts before this has returned, and files that other
   * attempts left never count.
   *
   * @param entries rows as {@link EntryRows} describes them
   * @param spread the number of buckets
   */
  public static Prepared stage(
      Dataset<Row> entries, CheckConfig check, BucketPlan spread, Target target) {
    return stage(entries, check, false, spread, target);
  }

  /**
   * Stages sessions and rejections.
   *
   * @param filesLost whether files of the archive could not be read, so that turns may be missing
   */
  public static Prepared stage(
      Dataset<Row> entries,
      CheckConfig check,
      boolean filesLost,
      BucketPlan spread,
      Target target) {
    return write(
        assemble(grouped(entries, spread), check, filesLost), target, spread, BucketsBy.SESSION);
  }

  /**
   * Stages each record as a session of its own, with its neighbours in the input, without a shuffle
   * of the text. The result is checked afterwards: it cannot be used if two records have the same
   * session id, or if the sizes of the buckets differ too much.
   *
   * @param taskBytes the bytes of text of each partition of {@code entries}
   * @return nothing if the result cannot be used; then {@link #stage} is needed, into another
   *     folder
   */
  public static Optional<Prepared> stageAsRead(
      Dataset<Row> entries,
      List<Long> taskBytes,
      CheckConfig check,
      BucketPlan spread,
      Target target) {
    InputShares shares = InputShares.of(taskBytes, spread.buckets());
    Column bucket =
        udf(shares, DataTypes.IntegerType).asNondeterministic().apply(col(EntryRows.KEY_HASH));
    Dataset<Row> rows =
        assemble(entries.withColumn(StagedRows.BUCKET, bucket), check, false)
            .sortWithinPartitions(StagedRows.BUCKET);
    return Optional.of(write(rows, target, spread, BucketsBy.INPUT))
        .filter(all -> spread.isEven(all.buckets()))
        .filter(all -> !RepeatedSessions.anyIn(all, entries.sparkSession(), target));
  }

  /** The counts that {@link #stage} would give, without writing anything. */
  public static Counts count(Dataset<Row> entries, CheckConfig check, BucketPlan spread) {
    return count(entries, check, false, spread);
  }

  /**
   * The counts that {@link #stage} would give.
   *
   * @param filesLost as for {@link #stage}
   */
  public static Counts count(
      Dataset<Row> entries, CheckConfig check, boolean filesLost, BucketPlan spread) {
    Counts.Sum sum = new Counts.Sum();
    TaskResults.forEach(
        assemble(grouped(entries, spread), check, filesLost)
            .javaRDD()
            .mapPartitions(new CountStaged()),
        sum::add);
    return sum.counts();
  }

  private static Prepared write(
      Dataset<Row> assembled, Target target, BucketPlan spread, BucketsBy bucketsBy) {
    String spark = assembled.sparkSession().version();
    WriteStaged write =
        new WriteStaged(target.folder(), target.hadoop(), RowFileWriter.Format.of(CODEC, spark));
    Counts.Sum sum = new Counts.Sum();
    Map<Integer, StagedBucket> buckets = new TreeMap<>();
    TaskResults.forEach(
        assembled.javaRDD().mapPartitions(write),
        part -> {
          sum.add(part);
          buckets.merge(part.bucket().bucket(), part.bucket(), StagedBucket::plus);
        });
    return new Prepared(
        new Prepared.Facts(target.folder(), spread.buckets(), bucketsBy, sum.counts()),
        List.copyOf(buckets.values()));
  }

  private static Dataset<Row> grouped(Dataset<Row> entries, BucketPlan spread) {
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

  /** Makes one session of adjacent entries of the same session. */
  private static Dataset<Row> assemble(Dataset<Row> entries, CheckConfig check, boolean filesLost) {
    boolean badMessageRejectsSession =
        switch (check.badMessage()) {
          case REJECT_MESSAGE -> false;
          case REJECT_SESSION -> true;
        };
    return StagingRows.finish(
        entries.mapPartitions(
            new AssembleSessions(badMessageRejectsSession, filesLost),
            Encoders.row(StagingRows.ENCODED)));
  }
}
