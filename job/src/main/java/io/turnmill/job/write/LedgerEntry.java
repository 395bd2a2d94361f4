package io.turnmill.job.write;

import java.io.Serializable;
import java.util.List;

/**
 * The ledger's entry for a bucket that is done.
 *
 * @param counts the counts of what was written
 * @param files the files of the tables
 */
public record LedgerEntry(int bucket, WrittenCounts counts, List<WrittenFile> files)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public LedgerEntry {
    files = List.copyOf(files);
  }
}
