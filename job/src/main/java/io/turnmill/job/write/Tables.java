package io.turnmill.job.write;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.turnmill.job.rows.InferredRows;
import io.turnmill.job.rows.RejectedRows;
import io.turnmill.job.rows.ResultRows;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/** The tables that users read, written from the inferred rows and the rejections of preparation. */
public final class Tables {
  private Tables() {}

  /** Writes what inference makes of the staged sessions; one file for each task, by bucket. */
  public static void writeInferred(Dataset<Row> inferred, String path) {
    inferred.write().mode(SaveMode.Overwrite).partitionBy(ResultRows.BUCKET).parquet(path);
  }

  /**
   * Writes {@code results} and {@code rejected}.
   *
   * @param inferred path of what {@link #writeInferred} wrote
   * @param rejected rows of {@link RejectedRows} from before inference
   * @param codec Parquet's name of the compression
   */
  public static void publish(
      Dataset<Row> rejected, String inferred, OutputFolder output, String codec) {
    Dataset<Row> rows =
        rejected.sparkSession().read().schema(InferredRows.SCHEMA).parquet(inferred);
    rows.where(col(InferredRows.RESULT).isNotNull())
        .select(col(InferredRows.RESULT + ".*"), col(ResultRows.BUCKET))
        .write()
        .mode(SaveMode.Overwrite)
        .option("compression", codec)
        .partitionBy(ResultRows.BUCKET)
        .parquet(output.results().toString());
    rows.where(col(InferredRows.REJECTED).isNotNull())
        .select(col(InferredRows.REJECTED + ".*"))
        .union(rejected)
        .repartition(1)
        .write()
        .mode(SaveMode.Overwrite)
        .option("compression", codec)
        .parquet(output.rejected().toString());
  }

  /** What was written, counted from the written files. */
  public static Written written(SparkSession spark, OutputFolder output) {
    Dataset<Row> results =
        spark
            .read()
            .schema(ResultRows.SCHEMA.add(ResultRows.BUCKET, "int"))
            .parquet(output.results().toString());
    Map<String, Long> failed = new TreeMap<>();
    long ok = 0;
    for (Row group : results.groupBy("status", "error_code").count().collectAsList()) {
      if (group.getString(0).equals(ResultRows.STATUS_OK)) {
        ok += group.getLong(2);
      } else {
        failed.merge(group.getString(1), group.getLong(2), Long::sum);
      }
    }
    Row tokens =
        results
            .select(explode(col("replies")).as("reply"))
            .agg(total("prompt_tokens"), total("cached_tokens"), total("completion_tokens"))
            .head();
    Map<String, Map<String, Long>> rejected = new TreeMap<>();
    spark
        .read()
        .schema(RejectedRows.SCHEMA)
        .parquet(output.rejected().toString())
        .groupBy("scope", "code")
        .agg(count(lit(1)))
        .collectAsList()
        .forEach(
            row ->
                rejected
                    .computeIfAbsent(row.getString(0), scope -> new TreeMap<>())
                    .put(row.getString(1), row.getLong(2)));
    return new Written(
        ok, failed, rejected, tokens.getLong(0), tokens.getLong(1), tokens.getLong(2));
  }

  private static Column total(String field) {
    return coalesce(sum(col("reply." + field)), lit(0L));
  }
}
