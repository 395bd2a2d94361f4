package io.turnmill.job.testing;

import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.prepare.Prepare;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.rows.RejectedRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** What is staged, as Spark itself reads the files. */
public final class StagedForTests {
  private StagedForTests() {}

  public static Prepare.Target target(Path folder) {
    return new Prepare.Target(folder.toString(), new HadoopConf(new Configuration(false)));
  }

  /** As {@link StagedRows} describes them. */
  public static Dataset<Row> sessions(SparkSession spark, Prepared staged) {
    return table(spark, staged, StagingRows.SESSIONS, StagedRows.SCHEMA);
  }

  /** As {@link RejectedRows} describes them. */
  public static Dataset<Row> rejected(SparkSession spark, Prepared staged) {
    return table(spark, staged, StagingRows.REJECTED, RejectedRows.SCHEMA);
  }

  private static Dataset<Row> table(
      SparkSession spark, Prepared staged, String table, StructType schema) {
    String folder = staged.stagingDir() + "/" + StagingRows.TABLE + "=" + table;
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(folder);
    try {
      if (!path.getFileSystem(new Configuration(false)).exists(path)) {
        return spark.createDataFrame(List.of(), schema);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Column[] columns =
        Arrays.stream(schema.fieldNames()).map(functions::col).toArray(Column[]::new);
    return spark.read().parquet(folder).select(columns);
  }
}
