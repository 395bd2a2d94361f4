package io.turnmill.job.infer;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;

import io.turnmill.job.cache.ReplyCache;
import io.turnmill.job.flight.Flights;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.rows.InferredRows;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Staged sessions to inferred rows, one for one. */
public final class Infer {
  private Infer() {}

  /**
   * Where staged sessions lie, and which of them are passed over.
   *
   * @param folder of the staged data
   * @param hadoop settings of its file system
   * @param done buckets that an earlier attempt has finished meanwhile
   */
  public record Source(String folder, HadoopConf hadoop, DoneBuckets done) {}

  /**
   * Runs the model over the staged sessions of each bucket. Those that were in flight when an
   * executor died come first, in groups that get smaller; one that was at too many deaths is not
   * run and fails. Then come the longest: a long one that came last would keep its task waiting for
   * it alone.
   *
   * @param buckets one in each partition
   * @param flights of all buckets
   * @param cache of replies, if there is any
   * @return rows of {@link InferredRows}, ordered by session id and tenant: for each session a
   *     result or a rejection; partition by partition those of one bucket
   */
  public static Dataset<Row> infer(
      SparkSession spark,
      JavaRDD<StagedBucket> buckets,
      Source source,
      ModelLoader loader,
      Flights flights,
      Optional<ReplyCache> cache,
      Tally tally) {
    Dataset<Row> staged =
        spark
            .createDataFrame(
                buckets.mapPartitions(new ReadStaged(source, flights)), ReadStaged.SCHEMA)
            .withColumn(StagedRows.CARRIED, functions.map_from_entries(col(StagedRows.CARRIED)))
            .sortWithinPartitions(
                col(ReadStaged.DEATHS).desc(), col(StagedRows.CHAR_COUNT).desc());
    return staged
        .mapPartitions(
            new InferPartition(loader, flights, cache.orElse(null), tally),
            Encoders.row(InferredRows.SCHEMA))
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
