package io.turnmill.job.run;

import io.turnmill.job.infer.LiveTally;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.report.Progress;
import io.turnmill.job.report.ProgressCounts;
import io.turnmill.job.report.ProgressTicker;
import org.apache.spark.sql.SparkSession;

/** Shows how far the inference is, from what running tasks report to Spark, until it is closed. */
final class LiveProgress implements AutoCloseable {
  private final SparkSession spark;
  private final LiveTally tally = new LiveTally();
  private final ProgressTicker ticker;

  private LiveProgress(SparkSession spark, Progress progress, long before, long all) {
    this.spark = spark;
    spark.sparkContext().addSparkListener(tally);
    this.ticker =
        ProgressTicker.start(
            progress, () -> new ProgressCounts(before + tally.sessions(), all, tally.tokens()));
  }

  /**
   * @param counts of the buckets that are done before the first task begins
   */
  static LiveProgress start(
      SparkSession spark, Progress progress, Prepared staged, BucketCounts counts) {
    return new LiveProgress(spark, progress, counts.sessionsAsked(), staged.counts().sessions());
  }

  @Override
  public void close() {
    ticker.close();
    spark.sparkContext().removeSparkListener(tally);
  }
}
