package io.turnmill.job.write;

import java.io.Serializable;
import java.util.List;

/**
 * A bucket that is done.
 *
 * @param counts of what was written
 * @param files of the tables
 */
public record LedgerEntry(int bucket, WrittenCounts counts, List<WrittenFile> files)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public LedgerEntry {
    files = List.copyOf(files);
  }
}
