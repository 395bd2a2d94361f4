package io.turnmill.job;

import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.OutputConfig.Compression;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.infer.ExecutorModels;
import io.turnmill.job.infer.Infer;
import io.turnmill.job.infer.LiveTally;
import io.turnmill.job.infer.ModelLoader;
import io.turnmill.job.infer.PlacedLoader;
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
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** The job from one end to the other, in a straight line. */
final class Pipeline {
  private final SparkSession spark;
  private final JobConfig config;
  private final ModelCheck model;
  private final PlacedLoader.Loaders loaders;
  private final Instant startedAt;

  /**
   * @param model the model folder, checked
   * @param loaders makes what loads the model on executors
   * @param startedAt now
   */
  Pipeline(
      SparkSession spark,
      JobConfig config,
      ModelCheck model,
      PlacedLoader.Loaders loaders,
      Instant startedAt) {
    this.spark = spark;
    this.config = config;
    this.model = model;
    this.loaders = loaders;
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
    String identity =
        RunIdentity.of(config, model.template(), archive.listing(), model.fingerprint());
    OutputFolder output = OutputFolder.open(config.output().path(), Spark.hadoop(spark));
    output.checkApartFrom(archive.files());
    output.check(identity, config.output().overwrite());
    output.checkWritable();

    RunManifest manifest = manifest(identity);
    output.write(manifest);
    output.clear();
    Prepared staged = stage(archive, output);
    infer(staged, output, progress);
    Tables.publish(staged.rejected(spark), inferred(output), output, codec());

    Totals totals = totals(staged, Tables.written(spark, output));
    if (!totals.balanced()) {
      throw new IllegalStateException("The books do not balance: " + totals + ". This is a bug.");
    }
    output.write(manifest.complete(Instant.now(), books(staged, totals)));
    output.removeWork();
    return totals;
  }

  private RunManifest manifest(String identity) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("turnmill", Version.number());
    versions.put("spark", spark.version());
    return new RunManifest(identity, versions, startedAt, config.toJson(), model.facts());
  }

  private Prepared stage(Archive archive, OutputFolder output) {
    return Prepare.stage(
        archive.entries(),
        config.check(),
        config.output().buckets(),
        new Path(output.work(), "staged").toString());
  }

  private void infer(Prepared staged, OutputFolder output, Progress progress) {
    RuntimeOptions options =
        model
            .options()
            .withLongestPrompt(LongestPrompt.bound(staged.sessions(spark), model.rates()));
    ModelLoader loader =
        new PlacedLoader(
            options,
            new HostFolders(
                model.sources(), config.model().cache(), new HadoopConf(Spark.hadoop(spark))),
            model.fingerprint(),
            loaders);
    LiveTally live = new LiveTally();
    spark.sparkContext().addSparkListener(live);
    long all = staged.counts().sessions();
    try (ProgressTicker ticker =
        ProgressTicker.start(
            progress, () -> new ProgressCounts(live.sessions(), all, live.tokens()))) {
      Tables.writeInferred(
          Infer.infer(staged.sessions(spark), loader, new Tally(spark)), inferred(output));
    } finally {
      spark.sparkContext().removeSparkListener(live);
      ExecutorModels.closeIdle();
    }
    progress.done(new ProgressCounts(all, all, 0));
  }

  private static String inferred(OutputFolder output) {
    return new Path(output.work(), "inferred").toString();
  }

  /** Parquet's name of the compression. */
  private String codec() {
    Compression compression = config.output().compression();
    return compression == Compression.NONE
        ? "uncompressed"
        : compression.name().toLowerCase(Locale.ROOT);
  }

  private Totals totals(Prepared staged, Written written) {
    return new Totals(
        staged.counts().sessionsSeen(),
        written.ok(),
        written.rejected("session"),
        written.failed(),
        written.rejected("record") + written.rejected("message") + written.rejected("file"),
        staged.counts().messages(),
        written.promptTokens(),
        written.cachedTokens(),
        written.completionTokens(),
        Duration.between(startedAt, Instant.now()),
        written.rejectedByCode(),
        written.failedByCode());
  }

  private static Map<String, Object> books(Prepared staged, Totals totals) {
    Map<String, Object> books = new LinkedHashMap<>();
    books.put("records", staged.counts().records());
    books.put("messages", totals.messages());
    books.put("sessions", totals.sessionsIn());
    books.put("ok", totals.sessionsOk());
    books.put("failed", totals.sessionsFailed());
    books.put("rejected_sessions", totals.sessionsRejected());
    books.put("rejected_other", totals.recordsRejected());
    books.put("rejected_by_code", totals.rejectedByCode());
    books.put("failed_by_code", totals.failedByCode());
    books.put("prompt_tokens", totals.promptTokens());
    books.put("cached_tokens", totals.cachedTokens());
    books.put("completion_tokens", totals.completionTokens());
    return books;
  }
}
