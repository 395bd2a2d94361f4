package io.turnmill.job.write;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.job.config.SetupException;
import io.turnmill.job.hadoop.FileSystems;
import io.turnmill.job.hadoop.Retry;
import io.turnmill.job.parquet.RowFileWriter;
import io.turnmill.job.rows.ResultRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder that a run writes, on any Hadoop file system.
 *
 * <pre>
 *   OUT/results/bucket=N/part-*.parquet    one row for each session that was asked, or
 *                                          for each answer: see {@code output.layout}
 *   OUT/documents/bucket=N/document-*.parquet
 *                                          one row for each document that was asked
 *   OUT/chunks/bucket=N/*.parquet          one row for each chunk of these, if output.chunks says so
 *   OUT/topics/, OUT/topic_members/        what a run of task.kind = topics found
 *   OUT/rejected/bucket=N/*.parquet        one row for each record, message, session or document that
 *                                          was not
 *   OUT/_turnmill/run.json                 the manifest; its state is "complete" only at the very end
 *   OUT/_turnmill/input.json               the input's files, to say which of them changed
 *   OUT/_turnmill/lock.json                the lock of the run that writes: see {@link RunLock};
 *                                          lock-2.json if that lock was broken
 *   OUT/_turnmill/work/                    while the run is under way:
 *     staged/TOKEN/                          sessions and rejections by bucket, of one attempt
 *     unpublished/                           files of the tables that are being written
 *     flight/bucket-N/                       sessions in progress in each attempt at the bucket
 *     ledger/                                what is done: see {@link Ledger}
 *     documents/, items/, chunks/, topics/   the same of steps on the way, see {@link #step}
 * </pre>
 */
public final class OutputFolder {
  /** The folder of all files that are not tables. */
  static final String OURS = "_turnmill";

  /** The table of records, messages and sessions that were rejected. */
  static final String REJECTED = "rejected";

  /** The table of chunks, if they have one of their own. */
  static final String CHUNKS = "chunks";

  private static final String TOPIC_MEMBERS = "topic_members";

  private final FileSystem files;
  private final Retry atStart;
  private final Retry retry;
  private final SmallFiles small;
  private final Path root;

  /** The folder of what is needed while the run is under way. */
  private final Path work;

  private final ItemTable table;

  /**
   * @param atStart how long to retry before a run writes, when a person may be waiting to read that
   *     a path is wrong
   * @param underWay how long to retry from then on
   */
  OutputFolder(FileSystem files, Path root, Retry atStart, Retry underWay) {
    this(files, root, new Path(root, OURS + "/work"), ItemTable.RESULTS, atStart, underWay);
  }

  private OutputFolder(
      FileSystem files, Path root, Path work, ItemTable table, Retry atStart, Retry underWay) {
    this.files = files;
    this.atStart = atStart;
    this.retry = underWay;
    this.small = new SmallFiles(files, underWay);
    this.root = root;
    this.work = work;
    this.table = table;
  }

  /**
   * The folder for items of one kind: their table is another one, and what is under way lies apart.
   */
  public OutputFolder of(ItemTable items) {
    return items == table
        ? this
        : new OutputFolder(files, root, new Path(work, items.folder()), items, atStart, retry);
  }

  /**
   * A folder for what a step on the way to the results makes, which has everything that this folder
   * has but a manifest and a lock, and is gone at the end of the run.
   */
  public OutputFolder step(String name) {
    Path inside = new Path(work, name);
    return new OutputFolder(
        files, inside, new Path(inside, "work"), ItemTable.RESULTS, atStart, retry);
  }

  /** The table of the items that were asked. */
  ItemTable table() {
    return table;
  }

  /**
   * Opens the folder without changing it.
   *
   * @throws SetupException when its file system cannot be reached
   */
  public static OutputFolder open(String path, Configuration hadoop) {
    try {
      Path root = FileSystems.path(path);
      FileSystem files = root.getFileSystem(hadoop);
      return new OutputFolder(
          files,
          files.makeQualified(root),
          Retry.of(Retry.Times.AT_START),
          Retry.of(Retry.Times.UNDER_WAY));
    } catch (IOException | IllegalArgumentException e) {
      throw new SetupException("output.path: cannot open " + path + ": " + e.getMessage());
    }
  }

  /** The checks before a run writes here. */
  public OutputChecks checks() {
    return new OutputChecks(files, this, atStart);
  }

  /** The run whose manifest is in this folder, if there is one. */
  public Optional<PreviousRun> previous() {
    return first(manifest()).map(manifest -> new PreviousRun(manifest, this::listing));
  }

  private List<String> listing() {
    List<String> listing = new ArrayList<>();
    first(input())
        .ifPresent(json -> json.path("files").forEach(file -> listing.add(file.asText())));
    return listing;
  }

  private Optional<JsonNode> first(Path path) {
    try {
      return new SmallFiles(files, atStart).read(path);
    } catch (IOException e) {
      throw new SetupException("output.path: cannot read " + root + ": " + e.getMessage());
    }
  }

  /**
   * Removes the results of an earlier run; other files stay. The manifest stays, too, so that the
   * folder is always known as one of Turnmill's.
   */
  public void clear() throws IOException {
    for (Path ours :
        List.of(chunks(), results(), documents(), topics(), topicMembers(), rejected(), work())) {
      remove(ours);
    }
    retry.run("making " + work(), () -> files.mkdirs(work()));
  }

  private void remove(Path folder) throws IOException {
    retry.run("removing " + folder, () -> files.delete(folder, true));
  }

  private void removeAllBut(Path kept) throws IOException {
    Path folder = kept.getParent();
    for (FileStatus below : retry.call("listing " + folder, () -> files.listStatus(folder))) {
      if (!below.getPath().equals(kept)) {
        remove(below.getPath());
      }
    }
  }

  /**
   * Removes staged and intermediate data.
   *
   * @param keepStaged whether the staged sessions stay, for people to look at
   */
  public void removeWork(boolean keepStaged) throws IOException {
    if (keepStaged) {
      removeAllBut(staged());
    } else {
      remove(work());
    }
  }

  /**
   * Removes the files of attempts at staging that do not count.
   *
   * @param kept the folder of the attempt that counts
   */
  public void removeStagedBut(String kept) throws IOException {
    Path there = new Path(kept);
    if (there.getParent().equals(staged())) {
      removeAllBut(there);
    }
  }

  /**
   * Takes the lock of this folder.
   *
   * @param notes takes sentences for people if this takes long
   * @throws SetupException when another run holds it
   */
  public RunLock lock(Consumer<String> notes) throws IOException {
    return RunLock.take(files, new Path(root, OURS), RunLock.Times.USUAL, retry, notes);
  }

  /** Says for people which run writes here, as far as this process can know. */
  public String writer() throws IOException {
    return RunLock.writer(files, new Path(root, OURS), atStart);
  }

  public Path root() {
    return root;
  }

  public Path results() {
    return new Path(root, ItemTable.RESULTS.folder());
  }

  public Path documents() {
    return new Path(root, ItemTable.DOCUMENTS.folder());
  }

  /** What topics there are. */
  public Path topics() {
    return new Path(root, ItemTable.TOPICS.folder());
  }

  /** Which items belong to them. */
  public Path topicMembers() {
    return new Path(root, TOPIC_MEMBERS);
  }

  private Path chunks() {
    return new Path(root, CHUNKS);
  }

  public Path rejected() {
    return new Path(root, REJECTED);
  }

  /** The folder of a table's bucket, below the output folder. */
  static String bucket(String table, int bucket) {
    return table + "/" + ResultRows.BUCKET + "=" + bucket;
  }

  private Path work() {
    return work;
  }

  private Path staged() {
    return new Path(work(), "staged");
  }

  /**
   * The folder in which only the run that holds this lock stages its sessions. A run whose lock was
   * broken may still write elsewhere.
   */
  public Path staged(RunLock lock) {
    return new Path(staged(), lock.token());
  }

  /** The folder in which tasks write files of the tables, until they are published. */
  Path unpublished() {
    return new Path(work(), "unpublished");
  }

  /** The folder in which attempts at buckets record which sessions are in progress. */
  public Path inFlight() {
    return new Path(work(), "flight");
  }

  Path ledger() {
    return new Path(work(), "ledger");
  }

  private Path manifest() {
    return new Path(root, OURS + "/run.json");
  }

  private Path input() {
    return new Path(root, OURS + "/input.json");
  }

  /** The ledger of the run of this identity, for reading only. */
  public Ledger ledger(String identity) {
    return new Ledger(files, this, identity, Optional.empty());
  }

  /** The ledger of the run of this identity, for the run that holds the lock. */
  public Ledger ledger(String identity, RunLock lock) {
    return new Ledger(files, this, identity, Optional.of(lock));
  }

  /**
   * Writes a table of rejections without rows, because it must be readable even if nothing was
   * rejected.
   */
  public void writeNoRejections(TableFormat format) throws IOException {
    Path file = new Path(root, bucket(REJECTED, 0) + "/part-0.parquet");
    retry.run(
        "writing " + file,
        () -> RowFileWriter.create(files, file, format.rejected(), format.file()).close());
  }

  /** Whether there are tables. */
  public boolean hasTables() throws IOException {
    return retry.call(
        "reading " + root,
        () ->
            files.exists(results())
                || files.exists(documents())
                || files.exists(chunks())
                || files.exists(topics())
                || files.exists(topicMembers())
                || files.exists(rejected()));
  }

  /** Whether a run has made something that could be lost: staged sessions or tables. */
  public boolean hasWork() throws IOException {
    return hasTables() || retry.call("reading " + root, () -> files.exists(ledger()));
  }

  /** Replaces the manifest; readers see the old one or the new one. */
  public void write(RunManifest manifest) throws IOException {
    small.replace(manifest(), manifest.json());
  }

  /** Replaces the list of the input's files. */
  public void writeListing(List<String> listing) throws IOException {
    small.replace(input(), Map.of("files", listing));
  }
}
