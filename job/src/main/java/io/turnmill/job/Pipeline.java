package io.turnmill.job;

import io.turnmill.job.write.TableFormat;

import io.turnmill.job.cache.ReplyCache;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.OutputConfig.Compression;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.executor.ExecutorModels;
import io.turnmill.job.executor.HostFolders;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.executor.VerifiedModelLoader;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.infer.LiveTally;
import io.turnmill.job.infer.Tally;
import io.turnmill.job.models.ModelCheck;
import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.prepare.BucketsBy;
import io.turnmill.job.prepare.LongestPrompt;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.quarantine.JobAttempt;
import io.turnmill.job.read.Archive;
import io.turnmill.job.report.EngineWork;
import io.turnmill.job.report.ProgressCounts;
import io.turnmill.job.report.ProgressTicker;
import io.turnmill.job.report.Totals;
import io.turnmill.job.run.BucketCounts;
import io.turnmill.job.rows.ResultCodec;
import io.turnmill.job.run.BucketRuns;
import io.turnmill.job.run.Limits;
import io.turnmill.job.run.ResumeDecision;
import io.turnmill.job.run.RunCounts;
import io.turnmill.job.run.RunIdentity;
import io.turnmill.job.run.RunListener;
import io.turnmill.job.run.RunRequest;
import io.turnmill.job.run.Staging;
import io.turnmill.job.run.Version;
import io.turnmill.job.spark.Spark;
import io.turnmill.job.terminal.HumanFormat;
import io.turnmill.job.write.Ledger;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.RunLock;
import io.turnmill.job.write.RunManifest;
import io.turnmill.runtime.RuntimeOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** The job from one end to the other, in a straight line. */
final class Pipeline {
  private final SparkSession spark;
  private final JobConfig config;
  private final ModelCheck model;
  private final ModelLoaderFactory loaders;
  private final ResultCodec<?> codec;
  private final RunListener listener;

  /** One for all that travels to executors, where it is read once. */
  private final HadoopConf hadoop;

  /**
   * @param model the model folder, checked
   * @param loaders makes what loads the model on executors
   */
  Pipeline(
      SparkSession spark,
      JobConfig config,
      ModelCheck model,
      ModelLoaderFactory loaders,
      RunListener listener) {
    this.spark = spark;
    this.config = config;
    this.model = model;
    this.loaders = loaders;
    this.codec = loaders.codec(config.task());
    this.listener = listener;
    this.hadoop = new HadoopConf(Spark.hadoop(spark));
  }

  /**
   * What a run ends with.
   *
   * @param totals its books, counted from what was written
   * @param engine what its engines did
   * @param complete whether everything was done; else too much failed or was rejected
   */
  record Outcome(Totals totals, EngineWork engine, boolean complete) {}

  /**
   * Runs the job, or what is left of it.
   *
   * @param startedAt now
   * @throws SetupException when input or output are not as they must be, before anything is written
   */
  Outcome run(RunRequest request, Instant startedAt) throws IOException {
    Archive archive = Archive.open(spark, config.input(), config.check().badFile());
    RunIdentity identity =
        RunIdentity.of(config, model.template(), archive.listing(), model.fingerprint());
    OutputFolder output = OutputFolder.open(config.output().path(), Spark.hadoop(spark));
    output.checks().liesApartFrom(archive.files());
    if (standing(output, identity, request) instanceof ResumeDecision.AlreadyComplete complete) {
      return nothingLeft(complete);
    }
    output.checks().isWritable();
    if (!config.cache().path().isEmpty()) {
      ReplyCache.checkWritable(config.cache().path(), Spark.hadoop(spark));
    }
    try (RunLock lock = output.lock(listener.notes())) {
      ResumeDecision standing = standing(output, identity, request);
      if (standing instanceof ResumeDecision.AlreadyComplete complete) {
        return nothingLeft(complete);
      }
      Instant since =
          standing instanceof ResumeDecision.Resume goesOn ? goesOn.startedAt() : startedAt;
      RunManifest manifest = manifest(identity, since);
      lock.check();
      model.notes().forEach(listener.notes());
      begin(output, manifest, identity, standing);
      Ledger ledger = output.ledger(identity.hash(), lock);
      Prepared staged =
          new Staging(config, hadoop, listener.notes()).open(archive, output, lock, ledger);
      BucketCounts counts = new BucketCounts(staged);
      ledger.resume(staged.stagingDir(), counts::add);
      if (standing instanceof ResumeDecision.Resume) {
        listener.notes().accept(goesOn(staged, counts, since));
      }
      RowFileWriter.Format format = RowFileWriter.Format.of(compression(), spark.version());
      BucketRuns buckets =
          new BucketRuns(
              spark, staged, ledger.site(staged.stagingDir(), hadoop, new TableFormat(format, codec)), hadoop, counts);
      Tally tally = new Tally(spark);
      boolean complete = infer(buckets, staged, counts, output.flights(), since, tally);
      if (!complete) {
        // What was committed when the run had already been told to end.
        ledger.resume(staged.stagingDir(), counts::add);
        complete = counts.isComplete();
      }

      Totals totals =
          RunCounts.totals(
              staged.counts(), counts.known(), codec, Duration.between(startedAt, Instant.now()));
      RunManifest.Ended ended =
          new RunManifest.Ended(RunCounts.of(staged, totals), tally.engines().shown());
      EngineWork engine = RunCounts.engine(tally.engines());
      ledger.checkLock();
      if (!complete) {
        buckets.publishRejections();
        output.write(manifest.stopped(Instant.now(), ended));
        return new Outcome(totals, engine, false);
      }
      if (!totals.balanced()) {
        throw new IllegalStateException("The books do not balance: " + totals + ". This is a bug.");
      }
      if (totals.hasNoRejections()) {
        output.writeNoRejections(format);
      }
      output.write(manifest.complete(Instant.now(), ended));
      output.removeWork(request.keepStaged());
      return new Outcome(totals, engine, true);
    }
  }

  private ResumeDecision standing(OutputFolder output, RunIdentity identity, RunRequest request)
      throws IOException {
    return ResumeDecision.of(output, identity, config.output().overwrite(), request);
  }

  private Outcome nothingLeft(ResumeDecision.AlreadyComplete complete) {
    listener
        .notes()
        .accept("This run is complete; nothing is left to do. --restart starts it over.");
    return new Outcome(RunCounts.totals(complete.run(), codec), EngineWork.NONE, true);
  }

  /**
   * From the first of these lines to the last the folder says that it is not to be gone on with.
   */
  private void begin(
      OutputFolder output, RunManifest manifest, RunIdentity identity, ResumeDecision standing)
      throws IOException {
    if (standing instanceof ResumeDecision.New fresh) {
      if (!fresh.replaced().isEmpty()) {
        listener.notes().accept("This replaces another run. Changed:");
        fresh.replaced().forEach(change -> listener.notes().accept("  " + change));
      }
      output.write(manifest);
      output.clear();
      output.writeListing(identity.listing());
    }
    output.write(manifest.running());
  }

  private static String goesOn(Prepared staged, BucketCounts counts, Instant since) {
    return "This resumes the run of %s: %s of %s buckets are done, with %s of %s sessions."
        .formatted(
            since.truncatedTo(ChronoUnit.SECONDS),
            HumanFormat.count(counts.done()),
            HumanFormat.count(staged.buckets().size()),
            HumanFormat.count(counts.sessionsDone()),
            HumanFormat.count(staged.counts().sessionsSeen()));
  }

  private RunManifest manifest(RunIdentity identity, Instant since) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("turnmill", Version.number());
    versions.put("spark", spark.version());
    return new RunManifest(identity.forManifest(), versions, since, config.toJson(), model.facts());
  }

  private Optional<ReplyCache> cache(Prepared staged) {
    String path = config.cache().path();
    if (path.isEmpty()) {
      return Optional.empty();
    }
    if (staged.bucketsBy() != BucketsBy.SESSION) {
      listener.notes().accept("cache.path is not used: this run was begun without it.");
      return Optional.empty();
    }
    return Optional.of(new ReplyCache(path, Version.number(), staged.bucketCount(), hadoop));
  }

  /** Whether it came to its end: not if too much failed or was rejected. */
  private boolean infer(
      BucketRuns buckets,
      Prepared staged,
      BucketCounts counts,
      Path flights,
      Instant since,
      Tally tally)
      throws IOException {
    long all = staged.counts().sessions();
    long before = counts.sessionsAsked();
    Limits limits = new Limits(config.limits());
    Totals known = RunCounts.totals(staged.counts(), counts.known(), codec, Duration.ZERO);
    if (before < all && !limits.passed(known).isEmpty()) {
      return false;
    }
    InFlightStore notes =
        new InFlightStore(
            flights.toString(), hadoop, JobAttempt.first(), config.limits().maxExecutorDeaths());
    LiveTally live = new LiveTally();
    spark.sparkContext().addSparkListener(live);
    try (ProgressTicker ticker =
        ProgressTicker.start(
            listener.progress(),
            () -> new ProgressCounts(before + live.sessions(), all, live.tokens()))) {
      if (!buckets.run(
          new BucketRuns.Inference(
              loader(staged, since), notes, cache(staged), tally), limits)) {
        return false;
      }
    } finally {
      spark.sparkContext().removeSparkListener(live);
      ExecutorModels.here().closeIdle();
    }
    listener.progress().done(new ProgressCounts(all, all, 0));
    return true;
  }

  /**
   * @param since what templates see as the time: a run that goes on writes what it would have
   *     written at first
   */
  private ModelLoader loader(Prepared staged, Instant since) {
    RuntimeOptions options =
        model
            .options()
            .startedAt(since)
            .withLongestPrompt(LongestPrompt.bound(staged.contents(), model.rates()));
    return new VerifiedModelLoader(
        options,
        new HostFolders(model.sources(), config.model().cache(), hadoop),
        model.fingerprint(),
        loaders);
  }

  /** Parquet's name of the compression. */
  private String compression() {
    Compression compression = config.output().compression();
    return compression == Compression.NONE
        ? "uncompressed"
        : compression.name().toLowerCase(Locale.ROOT);
  }
}
