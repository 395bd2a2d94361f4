package io.turnmill.job;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.infer.ExecutorModels;
import io.turnmill.job.infer.FolderModelLoader;
import io.turnmill.job.infer.Infer;
import io.turnmill.job.infer.LiveTally;
import io.turnmill.job.infer.Tally;
import io.turnmill.job.prepare.Prepare;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.read.Archive;
import io.turnmill.job.report.Progress;
import io.turnmill.job.report.ProgressCounts;
import io.turnmill.job.report.ProgressTicker;
import io.turnmill.job.report.Totals;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.RunManifest;
import io.turnmill.job.write.Tables;
import io.turnmill.job.write.Written;
import io.turnmill.runtime.RuntimeOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The job from one end to the other, in a straight line. */
final class Pipeline {
  private final SparkSession spark;
  private final JobConfig config;
  private final ModelCheck model;
  private final Instant startedAt;

  /**
   * @param model the model folder, checked
   * @param startedAt now
   */
  Pipeline(SparkSession spark, JobConfig config, ModelCheck model, Instant startedAt) {
    this.spark = spark;
    this.config = config;
    this.model = model;
    this.startedAt = startedAt;
  }

  /**
   * Runs the job.
   *
   * @return its books, counted from what was written
   * @throws SetupException when input or output are not as they must be, before anything is written
   */
  Totals run(Progress progress) throws IOException {
    Archive archive = Archive.open(spark, config.input());
    String identity = RunIdentity.of(config, archive.listing(), model.fingerprint());
    OutputFolder output = OutputFolder.open(config.output().path(), hadoop());
    output.check(identity, config.output().overwrite());
    output.checkWritable();

    output.clear();
    RunManifest manifest = manifest(identity);
    output.write(manifest);

    Prepared staged = stage(archive, output);
    infer(staged, output, progress);
    Tables.publish(staged.rejected(spark), inferredPath(output), output, codec());

    Totals totals = totals(staged, Tables.count(spark, output));
    if (!totals.balanced()) {
      throw new IllegalStateException(
          "The books do not balance: " + totals + ". This is a bug.");
    }
    output.write(manifest.complete(Instant.now(), books(staged, totals)));
    output.removeWork();
    return totals;
  }

  private Prepared stage(Archive archive, OutputFolder output) {
    return Prepare.stage(
        archive.entries(),
        config.check(),
        config.output().buckets(),
        new Path(output.work(), "staged").toString());
  }

  private void infer(Prepared staged, OutputFolder output, Progress progress) {
    RuntimeOptions options = model.options().withLongestPrompt(staged.longestPrompt());
    LiveTally live = new LiveTally();
    spark.sparkContext().addSparkListener(live);
    long all = staged.counts().sessions();
    try (ProgressTicker ticker =
        ProgressTicker.start(
            progress, () -> new ProgressCounts(live.sessions(), all, live.tokens()))) {
      Dataset<Row> inferred =
          Infer.infer(
              staged.sessions(spark), new FolderModelLoader(options), new Tally(spark));
      Tables.writeInferred(inferred, inferredPath(output));
    } finally {
      spark.sparkContext().removeSparkListener(live);
      ExecutorModels.closeIdle();
    }
  }
}
