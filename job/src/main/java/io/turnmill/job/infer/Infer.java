package io.turnmill.job.infer;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;

import io.turnmill.job.cache.CompletionStore;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.rows.AskedItems;
import io.turnmill.job.rows.InferredRows;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.VariantBuckets;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** Turns staged sessions into inferred rows, one for each session. */
public final class Infer {
  private Infer() {}

  /**
   * The staged sessions, and which of them are done.
   *
   * @param folder the folder of the staged data
   * @param hadoop the settings of its file system
   * @param done tells which buckets an earlier attempt has finished
   * @param variants says which sessions of a staged bucket a bucket has
   * @param columns of their rows
   */
  public record Source(
      String folder,
      HadoopConf hadoop,
      DoneBuckets done,
      VariantBuckets variants,
      StructType columns) {}

  /**
   * Reads the staged sessions of each bucket that is not done, with the number of executors that
   * died while each was in progress.
   *
   * @param buckets the buckets, one in each partition
   * @param inFlight the records of which sessions were in progress, for all buckets
   */
  public static Dataset<Row> staged(
      SparkSession spark, JavaRDD<StagedBucket> buckets, Source source, InFlightStore inFlight) {
    return spark
        .createDataFrame(
            buckets.mapPartitions(new ReadStaged(source, inFlight)),
            ReadStaged.schema(source.columns()))
        .withColumn(StagedRows.CARRIED, functions.map_from_entries(col(StagedRows.CARRIED)));
  }

  /**
   * Runs the model over staged sessions. Those that were in progress when an executor died come
   * first, in groups that get smaller; one that was in progress at too many deaths is not run and
   * fails. Of the others the longest come first, because a long session at the end would make its
   * task wait for it alone. Duplicates that get the result of another session come last.
   *
   * @param staged the result of {@link #staged}: in each partition the sessions of one bucket
   * @param items says what they are
   * @param models the model of each bucket
   * @param inFlight the records of which sessions were in progress, for all buckets
   * @param cache the store of completions, if there is one
   * @return rows of {@link InferredRows}, in each partition ordered by session id and tenant: for
   *     each session a result or a rejection
   */
  public static Dataset<Row> infer(
      Dataset<Row> staged,
      AskedItems items,
      BucketModels models,
      InFlightStore inFlight,
      Optional<CompletionStore> cache,
      Tally tally) {
    return staged
        .sortWithinPartitions(
            col(StagedRows.DUPLICATE_OF).isNotNull(),
            col(ReadStaged.DEATHS).desc(),
            col(StagedRows.CHAR_COUNT).desc())
        .mapPartitions(
            new InferPartition(items, models, inFlight, cache.orElse(null), tally),
            Encoders.row(InferredRows.schema(models.variants().get(0).codec())))
        .sortWithinPartitions(of("session_id"), of("tenant"));
  }

  private static Column of(String column) {
    return coalesce(
        col(InferredRows.RESULT + "." + column), col(InferredRows.REJECTED + "." + column));
  }

  static int deaths(Row row) {
    return row.<Integer>getAs(ReadStaged.DEATHS);
  }
}
