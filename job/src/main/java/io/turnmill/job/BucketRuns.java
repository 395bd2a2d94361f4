package io.turnmill.job;

import io.turnmill.job.cache.BucketCache;
import io.turnmill.job.cache.ReplyCache;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.infer.Infer;
import io.turnmill.job.infer.ModelLoader;
import io.turnmill.job.infer.Tally;
import io.turnmill.job.prepare.Prepared;
import io.turnmill.job.prepare.StagedBucket;
import io.turnmill.job.write.BucketBooks;
import io.turnmill.job.write.Ledger;
import io.turnmill.job.write.OutputFolder;
import io.turnmill.job.write.Tables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * From staged buckets to committed ones. A bucket is inferred into the work folder, published as
 * one file of each table, and entered into the ledger: what has no entry is done again.
 */
final class BucketRuns {
  private final SparkSession spark;
  private final Prepared staged;
  private final OutputFolder output;
  private final Ledger ledger;
  private final Tables tables;
  private final BucketCrew crew;
  private final Map<Integer, BucketBooks> done;

  /**
   * @param ledger of this run; what is in it is not done again
   */
  BucketRuns(SparkSession spark, Prepared staged, OutputFolder output, Ledger ledger, Tables tables)
      throws IOException {
    this.spark = spark;
    this.staged = staged;
    this.output = output;
    this.ledger = ledger;
    this.tables = tables;
    this.crew = new BucketCrew(spark, "turnmill-" + UUID.randomUUID());
    this.done = new TreeMap<>(ledger.done());
  }

  /** Buckets that are not done. */
  synchronized List<StagedBucket> left() {
    return staged.buckets().stream().filter(bucket -> !done.containsKey(bucket.bucket())).toList();
  }

  /** The books of all buckets that are done. */
  synchronized List<BucketBooks> done() {
    return List.copyOf(done.values());
  }

  /**
   * The books of all buckets, as far as they are known: of those not done what staging rejected.
   */
  List<BucketBooks> known() {
    List<BucketBooks> known = new ArrayList<>(done());
    left()
        .forEach(bucket -> known.add(BucketBooks.rejectedOnly(bucket.bucket(), bucket.rejected())));
    return known;
  }

  /**
   * Does what is left.
   *
   * @param cache of replies, if there is one
   * @throws TooManyException as soon as it is certain that a limit will be passed, if anything is
   *     left then
   */
  void run(ModelLoader loader, Optional<ReplyCache> cache, Tally tally, Limits limits)
      throws IOException {
    Rounds rounds =
        new Rounds(
            output, new HadoopConf(Spark.hadoop(spark)), limits.config().maxExecutorDeaths());
    crew.run(
        left(),
        bucket -> {
          if (bucket.sessions() > 0) {
            Dataset<Row> sessions = staged.sessions(spark, bucket.bucket());
            Optional<BucketCache> known = cache.map(all -> all.ofBucket(bucket.bucket()));
            rounds.run(
                bucket.bucket(),
                flights ->
                    tables.writeInferred(
                        bucket.bucket(), Infer.infer(sessions, loader, flights, known, tally)),
                found -> checkLimits(limits, found));
          }
          commit(bucket);
          checkLimits(limits, 0);
        });
  }

  /**
   * Writes what staging rejected of the buckets that are not done, so that people see it; it is
   * written again when they are.
   */
  void publishRejections() throws IOException {
    crew.run(
        left().stream().filter(bucket -> bucket.rejectedRows() > 0).toList(),
        bucket -> {
          ledger.checkLock();
          publish(bucket, false);
        });
  }

  /**
   * @param found sessions of a bucket that is under way, of which it is certain that they fail
   */
  private void checkLimits(Limits limits, long found) {
    if (left().isEmpty()) {
      return;
    }
    List<BucketBooks> known = known();
    long failed = known.stream().mapToLong(BucketBooks::failed).sum() + found;
    long rejected = known.stream().mapToLong(books -> books.rejected("session")).sum();
    if (!limits.allow(failed, rejected, staged.counts().sessionsSeen())) {
      throw new TooManyException();
    }
  }

  private BucketBooks publish(StagedBucket bucket, boolean inferred) throws IOException {
    return tables.publish(
        spark,
        bucket.bucket(),
        inferred,
        bucket.rejectedRows() > 0
            ? Optional.of(staged.rejected(spark, bucket.bucket()))
            : Optional.empty(),
        bucket.rejected());
  }

  private void commit(StagedBucket bucket) throws IOException {
    crew.enter(BucketCrew.PUBLISH);
    int number = bucket.bucket();
    ledger.checkLock();
    BucketBooks books = publish(bucket, bucket.sessions() > 0);
    long seen =
        bucket.sessions()
            + bucket.rejected().getOrDefault("session", Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    if (books.sessions() != seen) {
      throw new IllegalStateException(
          "The books of bucket %d do not balance: %d sessions in, %d out. This is a bug."
              .formatted(number, seen, books.sessions()));
    }
    ledger.commit(books);
    output.removeWork(number);
    synchronized (this) {
      done.put(number, books);
    }
  }
}
