package io.turnmill.job.prepare;

import io.turnmill.job.rows.CodeCounts;
import io.turnmill.job.rows.StagedBucket;
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
 */
record StagedPart(StagedBucket bucket, long records, long rejectedMessages)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Counts rows of {@link StagingRows} as they pass. For one thread. */
  static final class Counter {
    private StagedBucket.Contents contents = StagedBucket.Contents.NONE;
    private final Map<String, Map<String, Long>> rejected = new TreeMap<>();
    private long records;
    private long rejectedMessages;

    void add(Row row) {
      records += row.<Integer>getAs("record_count");
      String scope = row.getAs("scope");
      if (scope != null) {
        CodeCounts.add(rejected, scope, row.getAs("code"), 1);
        return;
      }
      long messages = row.<Integer>getAs("message_count");
      long characters = row.<Long>getAs("char_count");
      rejectedMessages += row.<Integer>getAs("rejected_messages");
      contents =
          contents.plus(new StagedBucket.Contents(1, messages, characters, messages, characters));
    }

    StagedPart part(int bucket, List<String> sessionFiles, List<String> rejectedFiles) {
      return new StagedPart(
          new StagedBucket(bucket, contents, rejected, sessionFiles, rejectedFiles),
          records,
          rejectedMessages);
    }
  }
}
