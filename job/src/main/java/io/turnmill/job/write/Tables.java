package io.turnmill.job.write;

import static org.apache.spark.sql.functions.col;

import io.turnmill.job.rows.InferredRows;
import io.turnmill.job.rows.RejectedRows;
import io.turnmill.job.rows.ResultRows;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/** The tables that users read, written from the inferred rows and the rejections of preparation. */
public final class Tables {
  private Tables() {}

  /**
   * Writes {@code results} and {@code rejected}.
   *
   * @param inferred path of Parquet with {@link InferredRows}
   * @param rejected path of Parquet with {@link RejectedRows}
   */
  public static void publish(
      SparkSession spark, String inferred, String rejected, OutputFolder output, String codec) {
    Dataset<Row> rows = spark.read().schema(InferredRows.SCHEMA).parquet(inferred);
    rows.filter(col(InferredRows.RESULT).isNotNull())
        .select(col(InferredRows.RESULT + ".*"), col(ResultRows.BUCKET))
        .write()
        .mode(SaveMode.Overwrite)
        .option("compression", codec)
        .partitionBy(ResultRows.BUCKET)
        .parquet(output.results().toString());
    Dataset<Row> before = spark.read().schema(RejectedRows.SCHEMA).parquet(rejected);
    rows.filter(col(InferredRows.REJECTED).isNotNull())
        .select(col(InferredRows.REJECTED + ".*"))
        .union(before)
        .coalesce(1)
        .write()
        .mode(SaveMode.Overwrite)
        .option("compression", codec)
        .parquet(output.rejected().toString());
  }

  /** What the published tables hold, counted from the files themselves. */
  public static Map<String, Long> count(SparkSession spark, OutputFolder output) {
    Map<String, Long> counts = new TreeMap<>();
    spark
        .read()
        .schema(ResultRows.SCHEMA.add(ResultRows.BUCKET, "int"))
        .parquet(output.results().toString())
        .groupBy("status")
        .count()
        .collectAsList()
        .forEach(row -> counts.put(row.getString(0), row.getLong(1)));
    return counts;
  }
}
