package io.turnmill.job.infer;

import io.turnmill.job.rows.StagedRows;
import io.turnmill.session.SessionKey;
import io.turnmill.task.TaskResult;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * The duplicates of a bucket, which come after all sessions that are asked, and the results that
 * they get. Only results of sessions that have copies are held. For one thread.
 */
final class CopiedResults {
  private final Iterator<Row> rows;
  private final Map<SessionKey, TaskResult<?>> results = new HashMap<>();

  /** The first row that was not given out; it was read to know what it is. */
  private Optional<Row> ahead = Optional.empty();

  /**
   * @param rows the sessions of a bucket, those that are asked before the others
   */
  CopiedResults(Iterator<Row> rows) {
    this.rows = rows;
  }

  /** The sessions that are asked. */
  Iterator<Row> asked() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !isCopyAhead() && ahead.isPresent();
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return take();
      }
    };
  }

  /** Takes the result of a session that was asked. */
  void keep(Row session, TaskResult<?> result) {
    if (StagedRows.isCopied(session)) {
      results.put(StagedRows.key(session), result);
    }
  }

  /** Whether a duplicate is left, and no session that is asked. */
  boolean hasNext() {
    return isCopyAhead();
  }

  /** The next duplicate. */
  Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return take();
  }

  /** The result that a duplicate gets. */
  TaskResult<?> resultOf(Row duplicate) {
    SessionKey kept = StagedRows.duplicateOf(duplicate).orElseThrow();
    TaskResult<?> result = results.get(kept);
    if (result == null) {
      throw new IllegalStateException(
          "A duplicate is staged without the session that is kept. This is a bug.");
    }
    return result;
  }

  private boolean isCopyAhead() {
    if (ahead.isEmpty() && rows.hasNext()) {
      ahead = Optional.of(rows.next());
    }
    return ahead.flatMap(StagedRows::duplicateOf).isPresent();
  }

  private Row take() {
    Row row = ahead.orElseThrow();
    ahead = Optional.empty();
    return row;
  }
}
