package io.turnmill.job.write;

import io.turnmill.job.hadoop.HadoopConf;
import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The places where tasks write their buckets and enter them into the ledger. Serialized and sent to
 * the executors.
 *
 * @param root the output folder
 * @param work the folder in which files are until they are published
 * @param ledger the folder of this staging's entries
 * @param lock the lock of the run, which it must still hold
 * @param identity the identity of the run
 * @param hadoop the settings of the file system
 * @param format the format of the tables
 */
public record CommitSite(
    String root,
    String work,
    String ledger,
    RunLock.Held lock,
    String identity,
    HadoopConf hadoop,
    TableFormat format)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  FileSystem files() throws IOException {
    return new Path(root).getFileSystem(hadoop.get());
  }

  BucketLedger ledger(FileSystem files) {
    return new BucketLedger(files, new Path(ledger), identity);
  }

  Publication publication(FileSystem files) {
    return new Publication(files, new Path(root), new Path(work), format.table());
  }

  /** Whether a bucket is done. */
  public boolean isDone(int bucket) throws IOException {
    return ledger(files()).entry(bucket).isPresent();
  }

  /**
   * Makes sure that the run still holds its lock.
   *
   * @throws IOException when another run took it: nothing may be committed any more
   */
  void checkLock(FileSystem files) throws IOException {
    lock.check(files);
  }
}
