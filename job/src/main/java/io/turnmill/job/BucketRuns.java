package io.turnmill.job;

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

  /** Does what is left. */
  void run(ModelLoader loader, Tally tally) throws IOException {
    crew.run(
        left(),
        bucket -> {
          if (bucket.sessions() > 0) {
            Dataset<Row> sessions = staged.sessions(spark, bucket.bucket());
            tables.writeInferred(bucket.bucket(), Infer.infer(sessions, loader, tally));
          }
          commit(bucket);
        });
  }

  private void commit(StagedBucket bucket) throws IOException {
    crew.enter(BucketCrew.PUBLISH);
    int number = bucket.bucket();
    BucketBooks books =
        tables.publish(
            spark,
            number,
            bucket.sessions() > 0,
            bucket.rejectedRows() > 0
                ? Optional.of(staged.rejected(spark, number))
                : Optional.empty(),
            bucket.rejected());
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
    output.removeInferred(number);
    synchronized (this) {
      done.put(number, books);
    }
  }
}
