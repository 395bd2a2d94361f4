package io.turnmill.job.read;

import io.turnmill.job.config.InputConfig;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.rows.EntryRows;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The user's archive: its files, listed once, and their records as rows. */
public final class Archive {
  private final SparkSession spark;
  private final InputConfig input;
  private final Configuration conf;
  private final List<InputFile> files;

  private Archive(
      SparkSession spark, InputConfig input, Configuration conf, List<InputFile> files) {
    this.spark = spark;
    this.input = input;
    this.conf = conf;
    this.files = files;
  }

  /**
   * Lists the files; nothing is read but the first bytes of those whose names say no format.
   *
   * @throws InputException naming every path that cannot be used
   */
  public static Archive open(SparkSession spark, InputConfig input) {
    Configuration conf =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).hadoopConfiguration();
    return new Archive(spark, input, conf, InputFiles.list(conf, input));
  }

  /** The address of each file, with its file system, in order. */
  public List<String> files() {
    return files.stream().map(InputFile::uri).toList();
  }

  /** One line for each file, in order: its address, size, and version (ETag or time of change). */
  public List<String> listing() {
    return files.stream()
        .map(file -> file.uri() + " " + file.length() + " " + file.version())
        .toList();
  }

  /** About as many bytes as the records have, decompressed. */
  public long textBytes() {
    return files.stream().mapToLong(InputFile::textBytes).sum();
  }

  /** Tasks that can run at once, as far as Spark knows now. */
  public int slots() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext()).defaultParallelism();
  }

  /** One row for each record, as {@link EntryRows} describes them, read when they are asked for. */
  public Dataset<Row> entries() {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    long target = Splits.targetBytes(files, slots());
    List<List<Split>> tasks = Splits.tasks(files, target);
    JavaRDD<Row> rows =
        context
            .parallelize(tasks, Math.max(1, tasks.size()))
            .mapPartitions(new ReadSplits(input, new HadoopConf(conf)));
    return spark.createDataFrame(rows, EntryRows.SCHEMA);
  }
}
