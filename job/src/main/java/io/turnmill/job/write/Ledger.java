package io.turnmill.job.write;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.hadoop.HadoopConf;
import io.turnmill.job.hadoop.Parallel;
import io.turnmill.job.hadoop.Retry;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The driver's view of what is done in a run, and stays done when the run is killed: one small file
 * for the staged data, which the driver writes, and one for each bucket, which the task writes that
 * did the bucket. Staged data or a bucket without such a file does not count. Files of another run
 * are ignored.
 *
 * <pre>
 *   work/ledger/staged.json             facts of the staged data
 *   work/ledger/STAGING/bucket-N.json   counts and files of a bucket of that staging
 * </pre>
 */
public final class Ledger {
  private static final String STAGED = "staged.json";

  /** How many files are read at once: an object store takes tens of milliseconds for each. */
  private static final int READERS = 64;

  private static final int BATCH = 16 * READERS;

  private final Retry retry = Retry.of(Retry.Times.UNDER_WAY);
  private final SmallFiles small;
  private final FileSystem files;
  private final Path root;
  private final Path folder;
  private final Path unpublished;
  private final ItemTable table;
  private final String identity;
  private final Optional<RunLock> lock;

  Ledger(FileSystem files, OutputFolder output, String identity, Optional<RunLock> lock) {
    this.files = files;
    this.small = new SmallFiles(files, retry);
    this.root = output.root();
    this.folder = output.ledger();
    this.unpublished = output.unpublished();
    this.table = output.table();
    this.identity = identity;
    this.lock = lock;
  }

  /**
   * Makes sure that no other run has taken the lock away.
   *
   * @throws IOException when another run has taken it, or when there is no lock: nothing may be
   *     written
   */
  public void checkLock() throws IOException {
    ourLock().check();
  }

  private RunLock ourLock() {
    return lock.orElseThrow(
        () -> new IllegalStateException("This process does not hold the lock. This is a bug."));
  }

  /** Commits that staging is done, with the facts of the staged data. */
  public void commitStaged(Object facts) throws IOException {
    checkLock();
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("identity", identity);
    entry.put("content", facts);
    small.replace(new Path(folder, STAGED), entry);
  }

  /** The facts that were given to {@link #commitStaged}, if staging is done. */
  public <T> Optional<T> staged(Class<T> type) throws IOException {
    return small
        .read(new Path(folder, STAGED))
        .filter(json -> json.path("identity").asText().equals(identity))
        .map(json -> json.path("content"))
        .flatMap((JsonNode json) -> SmallFiles.value(json, type));
  }

  /** The places where the tasks of this run commit the buckets of that staging. */
  public CommitSite site(String stagingDir, HadoopConf hadoop, TableFormat format) {
    return new CommitSite(
        root.toString(),
        unpublished.toString(),
        entries(stagingDir).toString(),
        ourLock().held(),
        identity,
        hadoop,
        format);
  }

  /**
   * Reads the entries of all buckets of that staging that are done, one after another. Files of an
   * entry that are not yet published are not touched.
   */
  public void forEach(String stagingDir, Consumer<LedgerEntry> entries) throws IOException {
    BucketLedger ledger = bucketLedger(stagingDir);
    readAll(buckets(ledger), ledger::entry, entries);
  }

  /**
   * As {@link #forEach}, after repairing what a killed run left: complete files that are not at
   * their place are published, and the entry of a bucket whose files are missing is removed. Only
   * for the driver that holds the lock, while no task is running.
   */
  public void resume(String stagingDir, Consumer<LedgerEntry> entries) throws IOException {
    checkLock();
    BucketLedger ledger = bucketLedger(stagingDir);
    Publication publication = new Publication(files, root, unpublished, table);
    readAll(
        buckets(ledger),
        bucket ->
            retry.call("looking at bucket " + bucket, () -> mended(bucket, ledger, publication)),
        entries);
    // Files of attempts that did not commit.
    retry.run("removing " + unpublished, () -> files.delete(unpublished, true));
  }

  private List<Integer> buckets(BucketLedger ledger) throws IOException {
    return retry.call("listing the ledger", ledger::buckets);
  }

  private static Optional<LedgerEntry> mended(
      int bucket, BucketLedger ledger, Publication publication) throws IOException {
    Optional<LedgerEntry> entry = ledger.entry(bucket);
    boolean whole = entry.isPresent();
    for (WrittenFile file : entry.map(LedgerEntry::files).orElse(List.of())) {
      whole &= publication.isAnywhere(file);
    }
    if (!whole) {
      ledger.remove(bucket);
      return Optional.empty();
    }
    for (WrittenFile file : entry.get().files()) {
      whole &= publication.isPublished(file);
    }
    if (!whole) {
      publication.publish(entry.get());
    }
    return entry;
  }

  /** Reads many entries at once, and holds at most a thousand of them. */
  private static void readAll(
      List<Integer> buckets,
      Parallel.Question<Integer, Optional<LedgerEntry>> reading,
      Consumer<LedgerEntry> entries)
      throws IOException {
    try (Parallel readers = new Parallel(READERS)) {
      for (int from = 0; from < buckets.size(); from += BATCH) {
        List<Integer> batch = buckets.subList(from, Math.min(buckets.size(), from + BATCH));
        readers.map(batch, reading).forEach(entry -> entry.ifPresent(entries));
      }
    }
  }

  private BucketLedger bucketLedger(String stagingDir) {
    return new BucketLedger(files, entries(stagingDir), identity);
  }

  private Path entries(String stagingDir) {
    return new Path(folder, new Path(stagingDir).getName());
  }
}
