package io.turnmill.job.run;

import io.turnmill.job.executor.ExecutorModels;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.infer.Infer;
import io.turnmill.job.infer.Tally;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.report.EngineWork;
import io.turnmill.job.report.Progress;
import io.turnmill.job.report.ProgressCounts;
import io.turnmill.job.report.Totals;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.rows.VariantBuckets;
import io.turnmill.job.spark.JobTasks;
import io.turnmill.job.spark.TaskResults;
import io.turnmill.job.write.CommitBuckets;
import io.turnmill.job.write.CommitSite;
import io.turnmill.job.write.Ledger;
import io.turnmill.job.write.LedgerEntry;
import io.turnmill.job.write.PublishRejections;
import io.turnmill.job.write.TableFormat;
import io.turnmill.job.write.WrittenCounts;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * From staged buckets to committed ones. One Spark job holds all that are left of a variant, one
 * task each, the most expensive first; a task infers its bucket, writes it, and enters it into the
 * ledger. So the driver schedules a task for each bucket and adds up what it did, and the cost of
 * both does not depend on how many there are. Variants come one after another, so that executors
 * hold one model at a time.
 */
public final class BucketRuns {
  private final SparkSession spark;
  private final JavaSparkContext context;
  private final Prepared staged;
  private final VariantBuckets variants;
  private final Ledger ledger;
  private final CommitSite site;
  private final HadoopConf hadoop;
  private final BucketCounts counts;
  private final String group = "turnmill-" + UUID.randomUUID();

  /** What the engines did for each variant since the run was started last. */
  private final EngineWork[] work;

  /** Sessions of buckets that are left of which it is known that they fail. */
  private long failing;

  private BucketRuns(
      SparkSession spark, Asked asked, Ledger ledger, HadoopConf hadoop, TableFormat format) {
    this.spark = spark;
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.staged = asked.sessions();
    this.variants = asked.variants();
    this.ledger = ledger;
    this.site = ledger.site(staged.stagingDir(), hadoop, format);
    this.hadoop = hadoop;
    this.counts = new BucketCounts(staged, variants);
    this.work = new EngineWork[variants.variants()];
    Arrays.fill(work, EngineWork.NONE);
  }

  /**
   * Finds out which buckets are done already, and puts right what a killed run left.
   *
   * @param format of the tables
   */
  public static BucketRuns open(
      SparkSession spark, Asked asked, Ledger ledger, HadoopConf hadoop, TableFormat format)
      throws IOException {
    BucketRuns buckets = new BucketRuns(spark, asked, ledger, hadoop, format);
    buckets.readLedger();
    return buckets;
  }

  private void readLedger() throws IOException {
    ledger.resume(staged.stagingDir(), counts::add);
  }

  /** What is done, and what is known of all buckets. */
  public BucketCounts counts() {
    return counts;
  }

  /**
   * Infers the buckets that are left, until none is left or a limit is passed; afterwards {@link
   * #counts()} says which.
   */
  public void run(Inference inference, RunLimits limits, Progress progress) throws IOException {
    if (isStopped(limits, 0)) {
      return;
    }
    try (LiveProgress live = LiveProgress.start(spark, progress, staged, counts)) {
      inferUntilDone(inference, limits);
    } finally {
      if (!inference.keepsModels()) {
        ExecutorModels.here().closeIdle();
      }
    }
    if (counts.isComplete()) {
      long all = staged.counts().sessions();
      progress.done(new ProgressCounts(all, all, 0));
    } else {
      // A task may have committed its bucket after it was told to end.
      JobTasks.awaitEnd(context, group);
      readLedger();
    }
  }

  private void inferUntilDone(Inference inference, RunLimits limits) throws IOException {
    BucketRetry retry = new BucketRetry(inference.inFlight());
    while (true) {
      if (isStopped(limits, retry.causes())) {
        failing = retry.causes();
        return;
      }
      try {
        infer(inference, retry.inFlight(), limits);
        return;
      } catch (Exception failure) {
        JobTasks.awaitEnd(context, group);
        if (!retry.isWorthIt(failure)) {
          throw failure;
        }
      }
    }
  }

  /** One Spark job for each variant, over all buckets of it that are left. */
  private void infer(Inference inference, InFlightStore inFlight, RunLimits limits) {
    for (int variant = 0; variant < variants.variants(); variant++) {
      List<StagedBucket> left = left(variant);
      if (!left.isEmpty() && !isStopped(limits, 0)) {
        EngineWork before = RunCounts.engine(inference.tally().engines());
        infer(left, inference, inFlight, limits);
        EngineWork after = RunCounts.engine(inference.tally().engines());
        work[variant] = work[variant].plus(after.minus(before));
      }
    }
  }

  private void infer(
      List<StagedBucket> left, Inference inference, InFlightStore inFlight, RunLimits limits) {
    JavaRDD<StagedBucket> buckets = context.parallelize(left, left.size());
    Infer.Source source =
        new Infer.Source(
            staged.stagingDir(), hadoop, site::isDone, variants, inference.items().columns());
    JavaRDD<LedgerEntry> entries =
        Infer.infer(
                Infer.staged(spark, buckets, source, inFlight),
                inference.items(),
                inference.models(),
                inFlight,
                inference.cache(),
                inference.tally())
            .javaRDD()
            .zipPartitions(buckets, new CommitBuckets(site, staged.stagingDir(), inFlight));
    context.setJobGroup(group, "inference", /* interruptOnCancel= */ false);
    try {
      TaskResults.forEach(entries, entry -> add(entry, limits));
    } catch (Exception e) {
      // Whatever its tasks report when they are cancelled, the limit is why.
      if (!isStopped(limits, 0)) {
        throw e;
      }
    } finally {
      context.clearJobGroup();
    }
  }

  private void add(LedgerEntry entry, RunLimits limits) {
    counts.add(entry);
    if (isStopped(limits, 0)) {
      context.cancelJobGroup(group);
    }
  }

  /**
   * Whether a limit is passed while sessions are left that were not asked.
   *
   * @param certain sessions of buckets under way of which it is certain that they fail
   */
  private boolean isStopped(RunLimits limits, long certain) {
    return counts.sessionsAsked() < staged.counts().sessions()
        && limits.arePassed(
            RunCounts.totals(staged.counts(), counts.known(), Duration.ZERO), certain);
  }

  /**
   * What the run ends with.
   *
   * @param begunAt when it was started last
   */
  public RunResult result(Tally tally, RunLimits limits, Instant begunAt) {
    Totals totals =
        RunCounts.totals(staged.counts(), counts.known(), Duration.between(begunAt, Instant.now()));
    return new RunResult(
        totals,
        RunCounts.engine(tally.engines()),
        limits.passed(totals, failing),
        counts.isComplete());
  }

  /** What was written of one variant. */
  public WrittenCounts ofVariant(int variant) {
    return counts.ofVariant(variant);
  }

  /** What the engines did for one variant since the run was started last. */
  public EngineWork work(int variant) {
    return work[variant];
  }

  private List<StagedBucket> left(int variant) {
    return left().stream().filter(of -> variants.variant(of.bucket()) == variant).toList();
  }

  private List<StagedBucket> left() {
    return staged.buckets().stream()
        .filter(bucket -> !counts.isDone(bucket.bucket()))
        .sorted(
            Comparator.<StagedBucket>comparingLong(bucket -> bucket.contents().characters())
                .reversed()
                .thenComparing(StagedBucket::bucket))
        .toList();
  }

  /**
   * Writes what staging rejected of the buckets that are not done, so that people see it; it is
   * written again when they are. Does nothing when everything is done.
   */
  public void publishRejections() {
    List<StagedBucket> left = left().stream().filter(bucket -> bucket.rejectedRows() > 0).toList();
    if (!left.isEmpty()) {
      context
          .parallelize(left, Math.min(left.size(), 4 * context.defaultParallelism()))
          .foreach(new PublishRejections(site, staged.stagingDir()));
    }
  }
}
