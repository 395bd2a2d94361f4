package io.turnmill.job.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;

import io.turnmill.job.config.SampleConfig;
import io.turnmill.job.rows.ComparedRows;
import io.turnmill.job.rows.RestagedRows;
import io.turnmill.job.rows.StagingRows;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;

/**
 * Leaves out the sessions of each group whose numbers are greater than the group's limit. Every
 * other row stays as it is.
 *
 * @param limits the greatest number that is taken, of each group from which sessions are left out
 */
record DrawSample(SampleNumbers numbers, Broadcast<Map<String, Long>> limits)
    implements Function<Row, Row> {
  private static final long serialVersionUID = 1L;

  /**
   * Draws the sample. Groups and numbers are shuffled, and no text.
   *
   * @param rows rows of {@link StagingRows#SCHEMA}, which are read twice
   */
  static JavaRDD<Row> of(JavaRDD<Row> rows, SampleConfig sample, SparkSession spark) {
    SampleNumbers numbers = SampleNumbers.of(sample);
    JavaRDD<Row> numbered =
        rows.filter(StagingRows::isSession)
            .map(row -> RowFactory.create(numbers.group(row), numbers.number(row)));
    Map<String, Long> limits = new HashMap<>();
    spark
        .createDataFrame(numbered, ComparedRows.NUMBERED)
        .withColumn(
            "place",
            row_number().over(Window.partitionBy(ComparedRows.GROUP).orderBy(ComparedRows.NUMBER)))
        .where(col("place").equalTo(sample.n()))
        .collectAsList()
        .forEach(row -> limits.put(row.getString(0), row.getLong(1)));
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return rows.map(new DrawSample(numbers, context.broadcast(limits)));
  }

  @Override
  public Row call(Row row) {
    if (!StagingRows.isSession(row)) {
      return row;
    }
    long limit = limits.value().getOrDefault(numbers.group(row), Long.MAX_VALUE);
    return numbers.number(row) <= limit ? row : RestagedRows.leftOut(row);
  }
}
