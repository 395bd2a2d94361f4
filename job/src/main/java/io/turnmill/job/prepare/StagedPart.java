package io.turnmill.job.prepare;

import io.turnmill.job.rows.CodeCounts;
import io.turnmill.job.rows.StagedBucket;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/**
 * The part of one bucket that one task staged.
 *
 * @param records how many records of the archive are in it
 * @param rejectedMessages how many messages were left out of its sessions
 * @param changes what sampling and cleaning have done to its sessions
 */
record StagedPart(StagedBucket bucket, long records, long rejectedMessages, Counts.Changes changes)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Whether it has rows in files. */
  boolean hasFiles() {
    return !bucket.sessionFiles().isEmpty() || !bucket.rejectedFiles().isEmpty();
  }

  /** Counts rows of {@link StagingRows} as they pass. For one thread. */
  static final class Counter {
    private StagedBucket.Contents contents = StagedBucket.Contents.NONE;
    private Counts.Changes changes = Counts.Changes.NONE;
    private final Map<String, Map<String, Long>> rejected = new TreeMap<>();
    private long records;
    private long rejectedMessages;

    void add(Row row) {
      records += row.<Integer>getAs("record_count");
      String table = row.getAs(StagingRows.TABLE);
      switch (table) {
        case StagingRows.REJECTED ->
            CodeCounts.add(rejected, row.getAs("scope"), row.getAs("code"), 1);
        case StagingRows.LEFT_OUT ->
            changes = changes.plus(Counts.Changes.leftOut(row.<Integer>getAs("message_count")));
        case StagingRows.SESSIONS -> addSession(row);
        default -> throw new IllegalStateException("No such table: " + table + ". This is a bug.");
      }
    }

    private void addSession(Row row) {
      long messages = row.<Integer>getAs("message_count");
      long characters = row.<Long>getAs(StagedRows.CHAR_COUNT);
      boolean copy = StagedRows.duplicateOf(row).isPresent();
      rejectedMessages += row.<Integer>getAs("rejected_messages");
      changes = changes.plus(Counts.Changes.cleaned(StagingRows.cleaned(row)));
      changes = changes.plus(copy ? Counts.Changes.copy(messages) : Counts.Changes.NONE);
      contents =
          contents.plus(
              copy
                  ? new StagedBucket.Contents(1, 0, 0, 0, 0)
                  : new StagedBucket.Contents(1, messages, characters, messages, characters));
    }

    StagedPart part(int bucket, List<String> sessionFiles, List<String> rejectedFiles) {
      return new StagedPart(
          new StagedBucket(bucket, contents, rejected, sessionFiles, rejectedFiles),
          records,
          rejectedMessages,
          changes);
    }
  }
}
