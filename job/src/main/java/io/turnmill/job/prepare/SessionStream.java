package io.turnmill.job.prepare;

import io.turnmill.clean.CleanCounts;
import io.turnmill.clean.CleanSteps;
import io.turnmill.clean.Cleaned;
import io.turnmill.clean.SampleRule;
import io.turnmill.job.fault.FaultLog;
import io.turnmill.job.rows.EntryRows;
import io.turnmill.job.rows.StagedRows;
import io.turnmill.job.rows.StagingRows;
import io.turnmill.session.Assembled;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.ParsedRecord;
import io.turnmill.session.ParsedRecord.Entry;
import io.turnmill.session.ParsedSession;
import io.turnmill.session.SessionKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/**
 * Makes staged rows of entries that are adjacent for each session; holds one session at a time. If
 * entries of one bucket are adjacent, so are its rows. An exception on the way rejects only one
 * record or one session.
 */
final class SessionStream implements Iterator<Row> {
  private final Iterator<Row> entries;
  private final Function<List<Entry>, Assembled> assembler;
  private final CleanSteps clean;
  private final SampleRule sample;
  private final List<Entry> session = new ArrayList<>();
  private final Deque<Row> ready = new ArrayDeque<>();
  private Optional<SessionKey> key = Optional.empty();
  private int bucket;

  /**
   * @param assembler makes a session of its entries, which are in order
   * @param clean what is changed in a session
   * @param sample which sessions are taken; the others stay as rows of sessions that are left out
   */
  SessionStream(
      Iterator<Row> entries,
      Function<List<Entry>, Assembled> assembler,
      CleanSteps clean,
      SampleRule sample) {
    this.entries = entries;
    this.assembler = assembler;
    this.clean = clean;
    this.sample = sample;
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
    ParsedRecord record = decode(row);
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
    // whole sessions come first, and entries after one are only counted
    boolean repeats = !session.isEmpty() && session.get(0).whole();
    session.add(repeats ? entry.emptied() : entry);
  }

  private static ParsedRecord decode(Row row) {
    try {
      return EntryRows.decode(row);
    } catch (RuntimeException | Error thrown) {
      Fault fault = FaultLog.here().show(Fault.of(Step.ASSEMBLE, thrown));
      return ParsedRecord.Rejected.at(EntryRows.place(row), fault.rejection(), fault.detail());
    }
  }

  private void finishSession() {
    if (!session.isEmpty()) {
      ready.addAll(assembled());
      session.clear();
      key = Optional.empty();
    }
  }

  private List<Row> assembled() {
    try {
      return rows(assembler.apply(session));
    } catch (RuntimeException | Error thrown) {
      Fault fault = FaultLog.here().show(Fault.of(Step.ASSEMBLE, thrown));
      Entry first = session.get(0);
      ParsedSession rejected =
          new ParsedSession.Rejected(first.key(), first.place(), fault.rejection(), fault.detail());
      Assembled alone = new Assembled(rejected, List.of(), session.size());
      return StagingRows.encode(bucket, alone, CleanCounts.NONE);
    }
  }

  private List<Row> rows(Assembled assembled) {
    if (!(assembled.session() instanceof ParsedSession.Valid valid)) {
      return StagingRows.encode(bucket, assembled, CleanCounts.NONE);
    }
    if (!sample.takes(valid.key())) {
      return StagingRows.leftOut(bucket, assembled);
    }
    Cleaned cleaned = clean.clean(valid.session());
    ParsedSession session =
        new ParsedSession.Valid(cleaned.session(), valid.place(), valid.rejectedMessages());
    return StagingRows.encode(
        bucket,
        new Assembled(session, assembled.rejections(), assembled.records()),
        cleaned.counts());
  }
}
