package io.turnmill.job.run;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.infer.Tally;
import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.write.RunLock;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * What all steps of a run that is under way have in common.
 *
 * @param config the settings
 * @param lock the lock of the output folder, which the run holds
 * @param identity the identity of the run
 * @param tally takes what the tasks did
 */
public record RunContext(
    SparkSession spark,
    JobConfig config,
    HadoopConf hadoop,
    RunLock lock,
    String identity,
    RunLimits limits,
    RunListener listener,
    Tally tally) {

  /** The same with other settings, for a step that does not take all of them from the user. */
  RunContext with(JobConfig settings) {
    return new RunContext(
        spark, settings, hadoop, lock, identity, new RunLimits(settings.limits()), listener, tally);
  }

  /** The format of the files of all tables. */
  RowFileWriter.Format format() {
    return RowFileWriter.Format.of(config.output().compression().codec(), spark.version());
  }

  /** How many tasks can run at once, as far as Spark knows now. */
  public int slots() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext()).defaultParallelism();
  }
}
