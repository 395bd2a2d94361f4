package io.turnmill.job.write;

import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.quarantine.InFlightStore;
import io.turnmill.job.rows.InferredRows;
import io.turnmill.job.rows.StagedBucket;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.FlatMapFunction2;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the inferred rows of a bucket as one file of each table, in the order in which they come,
 * and enters the bucket into the ledger. The entry commits the bucket: it is made after both files
 * are complete, and by one attempt only. Then the files are moved to the place where readers look;
 * a task that finds an entry whose files are not there yet does the same.
 *
 * @param site the places of all files
 * @param staged the folder of the staged data
 * @param inFlight the records of which sessions are in progress, which are removed when the bucket
 *     is done
 */
public record CommitBuckets(CommitSite site, String staged, InFlightStore inFlight)
    implements FlatMapFunction2<Iterator<Row>, Iterator<StagedBucket>, LedgerEntry> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(CommitBuckets.class);
  private static final long LOOK_AGAIN_MILLIS = 100;

  /**
   * @param rows rows of {@link InferredRows}; none if the bucket is done already
   * @param buckets the one bucket that they belong to
   * @return the entry of the bucket
   */
  @Override
  public Iterator<LedgerEntry> call(Iterator<Row> rows, Iterator<StagedBucket> buckets)
      throws IOException {
    StagedBucket bucket = buckets.next();
    FileSystem files = site.files();
    BucketLedger ledger = site.ledger(files);
    Publication publication = site.publication(files);
    Optional<LedgerEntry> there = ledger.entry(bucket.bucket());
    LedgerEntry entry =
        there.isPresent() ? there.get() : enter(bucket, rows, ledger, publication, files);
    retry()
        .run(
            "publishing bucket " + bucket.bucket(),
            () -> {
              // Another run may have the lock now.
              site.checkLock(files);
              publication.publish(entry);
              inFlight.remove(bucket.bucket());
            });
    return List.of(entry).iterator();
  }

  private LedgerEntry enter(
      StagedBucket bucket,
      Iterator<Row> rows,
      BucketLedger ledger,
      Publication publication,
      FileSystem files)
      throws IOException {
    LedgerEntry own = write(bucket, rows, publication, files);
    long staged = bucket.sessions() + bucket.rejectedItems();
    if (own.counts().sessions() != staged) {
      throw new IllegalStateException(
          "The counts of bucket %s do not agree: %s sessions in, %s out. This is a bug."
              .formatted(bucket.bucket(), staged, own.counts().sessions()));
    }
    LedgerEntry committed =
        retry()
            .call(
                "committing bucket " + bucket.bucket(),
                () -> {
                  checkTask();
                  site.checkLock(files);
                  return ledger.enter(own);
                });
    if (!committed.equals(own)) {
      for (WrittenFile file : own.files()) {
        publication.discard(file.path());
      }
    }
    return committed;
  }

  /**
   * Tries for a long time, so that a bucket is not computed again after a short failure of a store.
   */
  private static Retry retry() {
    return new Retry(
        Retry.Times.UNDER_WAY, System::nanoTime, CommitBuckets::pause, note -> LOG.warn(note));
  }

  private static void pause(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      checkTask();
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
    }
  }

  /** Ends a task that was killed, because Spark marks such a task but does not interrupt it. */
  private static void checkTask() {
    if (TaskContext.get().isInterrupted()) {
      throw new TaskKilledException("killed before its bucket was committed");
    }
  }

  private LedgerEntry write(
      StagedBucket bucket, Iterator<Row> rows, Publication publication, FileSystem files)
      throws IOException {
    try (BucketTables tables =
        new BucketTables(bucket.bucket(), publication, files, site.format())) {
      tables.rejections(bucket, new Path(staged), site.hadoop().get());
      while (rows.hasNext()) {
        Row row = rows.next();
        Row result = row.getAs(InferredRows.RESULT);
        if (result != null) {
          tables.result(result);
        } else {
          tables.rejected(row.getAs(InferredRows.REJECTED));
        }
      }
      return tables.finish();
    }
  }
}
