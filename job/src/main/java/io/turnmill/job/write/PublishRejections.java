package io.turnmill.job.write;

import io.turnmill.job.rows.StagedBucket;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.VoidFunction;

/**
 * Writes the rejections of staging for a bucket that is not done, so that people can see them. This
 * does not commit the bucket: when it is done, another file replaces this one.
 *
 * @param site the places of all files
 * @param staged the folder of the staged data
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
      // A task committed the bucket after the run was told to end.
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
