package io.turnmill.job;

import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.prepare.Prepare;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** What is staged, as Spark itself reads the files. */
final class StagedForTests {
  private StagedForTests() {}

  static Prepare.Target target(Path folder) {
    return new Prepare.Target(folder.toUri().toString(), new HadoopConf(new Configuration(false)));
  }

  /** As {@link StagedRows} describes them. */
  static Dataset<Row> sessions(SparkSession spark, Prepared staged) {
    Column[] columns =
        Arrays.stream(StagedRows.SCHEMA.fieldNames()).map(functions::col).toArray(Column[]::new);
    return table(spark, staged, StagingRows.SESSIONS).select(columns);
  }

  /** As {@link io.turnmill.job.rows.RejectedRows} describes them, with their bucket. */
  static Dataset<Row> rejected(SparkSession spark, Prepared staged) {
    return table(spark, staged, StagingRows.REJECTED);
  }

  private static Dataset<Row> table(SparkSession spark, Prepared staged, String table) {
    return spark.read().parquet(staged.stagingDir() + "/" + StagingRows.TABLE + "=" + table);
  }
}
