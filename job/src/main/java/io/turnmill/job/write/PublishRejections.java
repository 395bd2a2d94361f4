package io.turnmill.job.write;

import io.turnmill.job.rows.StagedBucket;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.VoidFunction;

/**
 * Writes what staging rejected of a bucket that is not done, so that people see it. It is not a
 * commit: when the bucket is done, another file takes the place of this one.
 *
 * @param site where it is written
 * @param staged folder of the staged data
 */
public record PublishRejections(CommitSite site, String staged)
    implements VoidFunction<StagedBucket> {
  private static final long serialVersionUID = 1L;

  @Override
  public void call(StagedBucket bucket) throws IOException {
    FileSystem files = site.files();
    Publication publication = site.publication(files);
    Optional<LedgerEntry> entry = site.ledger(files).entry(bucket.bucket());
    if (entry.isPresent()) {
      // Its task committed it when the run had already been told to end.
      site.checkLock(files);
      publication.publish(entry.get());
      return;
    }
    LedgerEntry unentered;
    try (BucketTables tables =
        new BucketTables(bucket.bucket(), publication, files, site.format())) {
      tables.rejections(bucket, new Path(staged), site.hadoop().get());
      unentered = tables.finish();
    }
    site.checkLock(files);
    publication.publishRejections(unentered);
  }
}
