package io.turnmill.job.read;

import io.turnmill.job.config.InputConfig;
import io.turnmill.job.rows.EntryRows;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The user's archive as rows. */
public final class Archive {
  private Archive() {}

  /**
   * One row for each record, as {@link EntryRows} describes them. Files are listed now and read
   * when the rows are asked for.
   *
   * @throws InputException naming every path that cannot be used
   */
  public static Dataset<Row> entries(SparkSession spark, InputConfig input) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Configuration conf = context.hadoopConfiguration();
    List<InputFile> files = InputFiles.list(conf, input);
    long target = Splits.targetBytes(files, context.defaultParallelism());
    List<List<Split>> tasks = Splits.tasks(files, target);
    JavaRDD<Row> rows =
        context
            .parallelize(tasks, Math.max(1, tasks.size()))
            .mapPartitions(new ReadSplits(input, new HadoopConf(conf)));
    return spark.createDataFrame(rows, EntryRows.SCHEMA);
  }
}
