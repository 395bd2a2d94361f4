package io.turnmill.job;

import io.turnmill.job.cache.CompletionStore;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.infer.Tally;
import io.turnmill.job.models.CheckedVariants;
import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.prepare.BucketsBy;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.quarantine.JobAttempt;
import io.turnmill.job.read.Archive;
import io.turnmill.job.run.Asked;
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
import io.turnmill.job.run.VariantModels;
import io.turnmill.job.run.VariantReport;
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
  private final CheckedVariants variants;
  private final VariantModels models;
  private final RunListener listener;

  /** One for all that travels to executors, where it is read once. */
  private final HadoopConf hadoop;

  private final RunLimits limits;

  /**
   * @param variants the settings, and the models, checked
   * @param loaders makes what loads the model on executors
   */
  Pipeline(
      SparkSession spark,
      CheckedVariants variants,
      ModelLoaderFactory loaders,
      RunListener listener) {
    this.spark = spark;
    this.config = variants.config();
    this.variants = variants;
    this.listener = listener;
    this.hadoop = new HadoopConf(Spark.hadoop(spark));
    this.models = new VariantModels(variants, loaders, hadoop);
    this.limits = new RunLimits(config.limits());
  }

  /**
   * Runs the job, or what is left of it.
   *
   * @throws SetupException when input or output are not as they must be, before anything is written
   */
  RunResult run(RunRequest request, Instant now) throws IOException {
    Archive archive = Archive.open(spark, config.input(), config.check().badFile());
    RunIdentity identity = RunIdentity.of(variants, archive.listing());
    OutputFolder output = OutputFolder.open(config.output().path(), hadoop.get());
    output.checks().liesApartFrom(archive.files());
    if (decide(output, identity, request) instanceof ResumeDecision.AlreadyComplete complete) {
      return nothingLeft(complete);
    }
    output.checks().isWritable();
    CompletionStore.checkWritable(config.cache().path(), hadoop.get());
    try (RunLock lock = output.lock(listener.notes())) {
      ResumeDecision decision = decide(output, identity, request); // nobody else writes
      if (decision instanceof ResumeDecision.AlreadyComplete complete) {
        return nothingLeft(complete);
      }
      lock.check();
      listener.note(variants.notes());
      listener.note(decision.notes());
      RunManifest manifest = manifest(identity, decision.startedAt(now));
      RunRecord record = RunRecord.begin(output, manifest, identity, decision);
      Ledger ledger = output.ledger(identity.hash(), lock);
      Prepared staged =
          new Staging(config, hadoop, request.trial(), listener.notes())
              .open(archive, output, lock, ledger);
      Asked asked = Asked.of(spark, staged, config, hadoop);
      BucketRuns buckets = BucketRuns.open(spark, asked, ledger, hadoop, tables());
      listener.note(decision.progress(asked.sessions(), buckets.counts()));
      Inference inference = inference(staged, asked, output, decision.startedAt(now));
      buckets.run(inference, limits, listener.progress());
      RunResult inferred = buckets.result(inference.tally(), limits, now);
      ledger.checkLock();
      buckets.publishRejections();
      VariantReport report = new VariantReport(variants, buckets);
      RunResult result = inferred.with(report.compare(spark, output, inferred));
      RunManifest.Ended ended =
          new RunManifest.Ended(
              RunCounts.of(asked.sessions(), result.totals()),
              inference.tally().engines().shown(),
              report.forManifest(result.comparison()));
      record.end(result, ended, tables(), request.keepStaged());
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
        identity.forManifest(), versions, startedAt, config.toJson(), variants.forManifest());
  }

  private TableFormat tables() {
    return new TableFormat(format(), models.codec(), config.output().layout());
  }

  private RowFileWriter.Format format() {
    return RowFileWriter.Format.of(config.output().compression().codec(), spark.version());
  }

  private Inference inference(
      Prepared staged, Asked asked, OutputFolder output, Instant startedAt) {
    InFlightStore inFlight =
        new InFlightStore(
            output.inFlight().toString(),
            hadoop,
            JobAttempt.first(),
            config.limits().maxExecutorDeaths());
    return new Inference(models.of(asked, startedAt), inFlight, cache(staged), new Tally(spark));
  }

  private Optional<CompletionStore> cache(Prepared staged) {
    String path = config.cache().path();
    if (path.isEmpty()) {
      return Optional.empty();
    }
    if (staged.bucketsBy() != BucketsBy.SESSION) {
      listener.note("cache.path is not used: this run was begun without it.");
      return Optional.empty();
    }
    return Optional.of(new CompletionStore(path, Version.number(), staged.bucketCount(), hadoop));
  }
}
