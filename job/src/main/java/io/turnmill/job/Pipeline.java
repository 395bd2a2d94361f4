package io.turnmill.job;

import io.turnmill.job.cache.ReplyCache;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.infer.Tally;
import io.turnmill.job.models.ModelCheck;
import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.prepare.BucketsBy;
import io.turnmill.job.prepare.LongestPrompt;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.quarantine.JobAttempt;
import io.turnmill.job.read.Archive;
import io.turnmill.job.run.BucketRuns;
import io.turnmill.job.run.Inference;
import io.turnmill.job.run.ResumeDecision;
import io.turnmill.job.run.RunCounts;
import io.turnmill.job.run.RunIdentity;
import io.turnmill.job.run.RunLimits;
import io.turnmill.job.run.RunListener;
import io.turnmill.job.run.RunRecord;
import io.turnmill.job.run.RunRequest;
import io.turnmill.job.run.RunResult;
import io.turnmill.job.run.Staging;
import io.turnmill.job.run.Version;
import io.turnmill.job.spark.Spark;
import io.turnmill.job.write.Ledger;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.RunLock;
import io.turnmill.job.write.RunManifest;
import io.turnmill.job.write.TableFormat;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** The job from one end to the other, in a straight line. */
final class Pipeline {
  private final SparkSession spark;
  private final JobConfig config;
  private final ModelCheck model;
  private final ModelLoaderFactory loaders;
  private final RunListener listener;

  /** One for all that travels to executors, where it is read once. */
  private final HadoopConf hadoop;

  private final RunLimits limits;

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
    this.listener = listener;
    this.hadoop = new HadoopConf(Spark.hadoop(spark));
    this.limits = new RunLimits(config.limits());
  }

  /**
   * Runs the job, or what is left of it.
   *
   * @throws SetupException when input or output are not as they must be, before anything is written
   */
  RunResult run(RunRequest request, Instant now) throws IOException {
    Archive archive = Archive.open(spark, config.input(), config.check().badFile());
    RunIdentity identity =
        RunIdentity.of(config, model.template(), archive.listing(), model.fingerprint());
    OutputFolder output = OutputFolder.open(config.output().path(), hadoop.get());
    output.checks().liesApartFrom(archive.files());
    if (decide(output, identity, request) instanceof ResumeDecision.AlreadyComplete complete) {
      return nothingLeft(complete);
    }
    output.checks().isWritable();
    ReplyCache.checkWritable(config.cache().path(), hadoop.get());
    try (RunLock lock = output.lock(listener.notes())) {
      ResumeDecision decision = decide(output, identity, request); // nobody else writes
      if (decision instanceof ResumeDecision.AlreadyComplete complete) {
        return nothingLeft(complete);
      }
      lock.check();
      listener.note(model.notes());
      listener.note(decision.notes());
      RunManifest manifest = manifest(identity, decision.startedAt(now));
      RunRecord record = RunRecord.begin(output, manifest, identity, decision);
      Ledger ledger = output.ledger(identity.hash(), lock);
      Prepared staged =
          new Staging(config, hadoop, listener.notes()).open(archive, output, lock, ledger);
      BucketRuns buckets = BucketRuns.open(spark, staged, ledger, hadoop, tables());
      listener.note(decision.progress(staged, buckets.counts()));
      Inference inference = inference(staged, output, decision.startedAt(now));
      buckets.run(inference, limits, listener.progress());
      RunResult result = buckets.result(inference.tally(), limits, now);
      ledger.checkLock();
      buckets.publishRejections();
      record.end(result, ended(staged, result, inference), format(), request.keepStaged());
      return result;
    }
  }

  private ResumeDecision decide(OutputFolder output, RunIdentity identity, RunRequest request)
      throws IOException {
    return ResumeDecision.of(output, identity, config.output().overwrite(), request);
  }

  private RunResult nothingLeft(ResumeDecision.AlreadyComplete complete) {
    listener.note(complete.notes());
    return complete.result(limits);
  }

  private RunManifest manifest(RunIdentity identity, Instant startedAt) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("turnmill", Version.number());
    versions.put("spark", spark.version());
    return new RunManifest(
        identity.forManifest(), versions, startedAt, config.toJson(), model.facts());
  }

  private TableFormat tables() {
    return new TableFormat(
        format(), loaders.codec(model.options().task()), config.output().layout());
  }

  private RowFileWriter.Format format() {
    return RowFileWriter.Format.of(config.output().compression().codec(), spark.version());
  }

  /**
   * @param startedAt what templates see as the time: a run that is resumed writes what it would
   *     have written at first
   */
  private Inference inference(Prepared staged, OutputFolder output, Instant startedAt) {
    int longest = LongestPrompt.bound(staged.contents(), model.rates());
    ModelLoader loader = model.loader(startedAt, longest, config.model().cache(), hadoop, loaders);
    InFlightStore inFlight =
        new InFlightStore(
            output.inFlight().toString(),
            hadoop,
            JobAttempt.first(),
            config.limits().maxExecutorDeaths());
    return new Inference(loader, inFlight, cache(staged), new Tally(spark));
  }

  private Optional<ReplyCache> cache(Prepared staged) {
    String path = config.cache().path();
    if (path.isEmpty()) {
      return Optional.empty();
    }
    if (staged.bucketsBy() != BucketsBy.SESSION) {
      listener.note("cache.path is not used: this run was begun without it.");
      return Optional.empty();
    }
    return Optional.of(new ReplyCache(path, Version.number(), staged.bucketCount(), hadoop));
  }

  private static RunManifest.Ended ended(Prepared staged, RunResult result, Inference inference) {
    return new RunManifest.Ended(
        RunCounts.of(staged, result.totals()), inference.tally().engines().shown());
  }
}
