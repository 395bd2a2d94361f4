package io.turnmill.job.prepare;

import io.turnmill.job.rows.EntryRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import io.turnmill.session.ParsedRecord;
import io.turnmill.session.ParsedRecord.Entry;
import io.turnmill.session.SessionAssembler;
import io.turnmill.session.SessionKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * Puts adjacent entries of one session together; holds one session at a time. Where entries of one
 * bucket are adjacent, what comes of them is.
 */
final class SessionStream implements Iterator<Row> {
  private final Iterator<Row> entries;
  private final boolean badMessageRejectsSession;
  private final List<Entry> session = new ArrayList<>();
  private final Deque<Row> ready = new ArrayDeque<>();
  private Optional<SessionKey> key = Optional.empty();
  private int bucket;

  SessionStream(Iterator<Row> entries, boolean badMessageRejectsSession) {
    this.entries = entries;
    this.badMessageRejectsSession = badMessageRejectsSession;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && entries.hasNext()) {
      take(entries.next());
    }
    if (ready.isEmpty()) {
      finishSession();
    }
    return !ready.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.poll();
  }

  private void take(Row row) {
    ParsedRecord record = EntryRows.decode(row);
    int rowBucket = row.<Integer>getAs(StagedRows.BUCKET);
    if (rowBucket != bucket) {
      // Rows of one bucket stay together.
      finishSession();
    }
    if (record instanceof ParsedRecord.Rejected rejected) {
      ready.add(StagingRows.encode(rowBucket, rejected));
      return;
    }
    Entry entry = (Entry) record;
    if (!key.equals(Optional.of(entry.key()))) {
      finishSession();
      key = Optional.of(entry.key());
      bucket = rowBucket;
    }
    // whole sessions come first, and whatever follows one is only counted
    boolean repeats = !session.isEmpty() && session.get(0).whole();
    session.add(repeats ? entry.emptied() : entry);
  }

  private void finishSession() {
    if (!session.isEmpty()) {
      ready.addAll(
          StagingRows.encode(bucket, SessionAssembler.assemble(session, badMessageRejectsSession)));
      session.clear();
      key = Optional.empty();
    }
  }
}
