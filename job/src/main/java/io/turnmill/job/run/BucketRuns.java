package io.turnmill.job.run;

import io.turnmill.job.cache.ReplyCache;
import io.turnmill.job.executor.ModelLoader;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.infer.Infer;
import io.turnmill.job.infer.Tally;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.spark.JobTasks;
import io.turnmill.job.spark.TaskResults;
import io.turnmill.job.write.CommitBuckets;
import io.turnmill.job.write.CommitSite;
import io.turnmill.job.write.LedgerEntry;
import io.turnmill.job.write.PublishRejections;
import io.turnmill.job.write.WrittenCounts;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * From staged buckets to committed ones. One Spark job holds all that are left, one task each, the
 * most expensive first; a task infers its bucket, writes it, and enters it into the ledger. So the
 * driver schedules a task for each bucket and adds up what it did, and the cost of both does not
 * depend on how many there are.
 */
public final class BucketRuns {
  private final SparkSession spark;
  private final JavaSparkContext context;
  private final Prepared staged;
  private final CommitSite site;
  private final HadoopConf hadoop;
  private final BucketCounts counts;
  private final String group = "turnmill-" + UUID.randomUUID();

  /**
   * @param counts knows the buckets that are done already
   */
  public BucketRuns(
      SparkSession spark,
      Prepared staged,
      CommitSite site,
      HadoopConf hadoop,
      BucketCounts counts) {
    this.spark = spark;
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.staged = staged;
    this.site = site;
    this.hadoop = hadoop;
    this.counts = counts;
  }

  /**
   * How a run's buckets are inferred.
   *
   * @param flights where attempts note what they have in flight
   * @param cache of replies, if there is one
   */
  public record Inference(
      ModelLoader loader,
      InFlightStore flights,
      Optional<ReplyCache> cache,
      Tally tally) {}

  /**
   * Does what is left.
   *
   * @return whether everything is done; not if a limit was passed while something was left
   */
  public boolean run(Inference inference, Limits limits) throws IOException {
    BucketRetry rounds =
        new BucketRetry(inference.flights(), () -> JobTasks.awaitEnd(context, group));
    rounds.run(
        flights -> infer(inference, flights, limits), deadly -> !limitsPassed(limits, deadly));
    return counts.isComplete();
  }

  private void infer(Inference inference, InFlightStore flights, Limits limits) {
    List<StagedBucket> left = left();
    if (left.isEmpty() || limitsPassed(limits, 0)) {
      return;
    }
    JavaRDD<StagedBucket> buckets = context.parallelize(left, left.size());
    Infer.Source source = new Infer.Source(staged.stagingDir(), hadoop, site::isDone);
    JavaRDD<LedgerEntry> entries =
        Infer.infer(
                Infer.staged(spark, buckets, source, flights),
                inference.loader(),
                site.format().codec(),
                flights,
                inference.cache(),
                inference.tally())
            .javaRDD()
            .zipPartitions(buckets, new CommitBuckets(site, staged.stagingDir(), flights));
    context.setJobGroup(group, "inference", /* interruptOnCancel= */ false);
    try {
      TaskResults.forEach(entries, entry -> add(entry, limits));
    } catch (Exception e) {
      // Whatever its tasks say when they are cancelled: the limit is why.
      if (!limitsPassed(limits, 0)) {
        throw e;
      }
    } finally {
      context.clearJobGroup();
    }
  }

  private void add(LedgerEntry entry, Limits limits) {
    counts.add(entry);
    if (limitsPassed(limits, 0)) {
      context.cancelJobGroup(group);
    }
  }

  /**
   * @param deadly sessions of buckets under way, of which it is certain that they fail
   */
  private boolean limitsPassed(Limits limits, long deadly) {
    WrittenCounts known = counts.known();
    return !counts.isComplete()
        && !limits.allow(
            known.failed() + deadly, known.rejected("session"), staged.counts().sessionsSeen());
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
   * written again when they are.
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
