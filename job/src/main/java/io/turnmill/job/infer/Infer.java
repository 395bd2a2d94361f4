package io.turnmill.job.infer;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;

import io.turnmill.job.cache.ReplyCache;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.rows.InferredRows;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.rows.StagedRows;
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
   * The staged sessions of each bucket that is not done, with their deaths.
   *
   * @param buckets one in each partition
   * @param flights of all buckets
   */
  public static Dataset<Row> staged(
      SparkSession spark, JavaRDD<StagedBucket> buckets, Source source, InFlightStore flights) {
    return spark
        .createDataFrame(buckets.mapPartitions(new ReadStaged(source, flights)), ReadStaged.SCHEMA)
        .withColumn(StagedRows.CARRIED, functions.map_from_entries(col(StagedRows.CARRIED)));
  }

  /**
   * Runs the model over staged sessions. Those that were in flight when an executor died come
   * first, in groups that get smaller; one that was at too many deaths is not run and fails. Then
   * come the longest: a long one that came last would keep its task waiting for it alone.
   *
   * @param staged as {@link #staged} gives it: in each partition sessions of one bucket
   * @param codec of the results of the task that the loaded model is asked
   * @param flights of all buckets
   * @param cache of replies, if there is any
   * @return rows of {@link InferredRows}, in each partition ordered by session id and tenant: for
   *     each session a result or a rejection
   */
  public static Dataset<Row> infer(
      Dataset<Row> staged,
      ModelLoader loader,
      ResultCodec<?> codec,
      InFlightStore flights,
      Optional<ReplyCache> cache,
      Tally tally) {
    return staged
        .sortWithinPartitions(col(ReadStaged.DEATHS).desc(), col(StagedRows.CHAR_COUNT).desc())
        .mapPartitions(
            new InferPartition(loader, codec, flights, cache.orElse(null), tally),
            Encoders.row(InferredRows.schema(codec)))
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
