package io.turnmill.job;

import io.turnmill.job.cache.CompletionStore;
import io.turnmill.job.config.JobConfig;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.executor.ExecutorModels;
import io.turnmill.job.executor.ModelLoaderFactory;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.infer.Tally;
import io.turnmill.job.models.CheckedVariants;
import io.turnmill.job.run.DocumentsRun;
import io.turnmill.job.run.PartsOfRun;
import io.turnmill.job.run.ResumeDecision;
import io.turnmill.job.run.RunContext;
import io.turnmill.job.run.RunIdentity;
import io.turnmill.job.run.RunInput;
import io.turnmill.job.run.RunLimits;
import io.turnmill.job.run.RunListener;
import io.turnmill.job.run.RunRecord;
import io.turnmill.job.run.RunRequest;
import io.turnmill.job.run.RunResult;
import io.turnmill.job.run.SessionsRun;
import io.turnmill.job.run.TopicsRun;
import io.turnmill.job.run.VariantModels;
import io.turnmill.job.run.Version;
import io.turnmill.job.spark.Spark;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.RunLock;
import io.turnmill.job.write.RunManifest;
import io.turnmill.task.TaskKind;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
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
    RunInput input = RunInput.open(spark, config);
    RunIdentity identity = RunIdentity.of(variants, input.listing());
    OutputFolder output = OutputFolder.open(config.output().path(), hadoop.get());
    output.checks().liesApartFrom(input.files());
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
      RunContext context =
          new RunContext(
              spark, config, hadoop, lock, identity.hash(), limits, listener, new Tally(spark));
      SessionsRun sessions = new SessionsRun(context, output, models);
      DocumentsRun documents = new DocumentsRun(context, output, models);
      PartsOfRun parts = new PartsOfRun();
      if (input.archive().isPresent()) {
        parts.add(sessions.run(input.archive().get(), decision, request.trial(), now));
      }
      if (input.documents().isPresent() && parts.areComplete()) {
        parts.addDocuments(documents.run(input.documents().get(), decision, now));
      }
      if (config.task().kind() == TaskKind.TOPICS && parts.areComplete()) {
        parts.addTopics(new TopicsRun(context, output, models).run(decision, now));
      }
      RunResult result = parts.result();
      RunManifest.Ended ended = parts.ended(context.tally().engines().shown());
      record.end(result, ended, sessions.tables(), request.keepStaged());
      return result;
    } finally {
      ExecutorModels.here().closeIdle();
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
}
