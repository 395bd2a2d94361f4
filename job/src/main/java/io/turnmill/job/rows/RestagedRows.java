package io.turnmill.job.rows;

import io.turnmill.session.RejectionCode;
import io.turnmill.session.Scope;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;

/**
 * What becomes of the rows of sessions, as {@link StagingRows#SCHEMA} describes them, when all
 * sessions are known: some are left out of a sample, and some are duplicates of others.
 */
public final class RestagedRows {
  private RestagedRows() {}

  /** A session's row as that of a session that is left out of the sample. */
  public static Row leftOut(Row session) {
    Object[] values = withoutMessages(session);
    set(values, session, StagingRows.TABLE, StagingRows.LEFT_OUT);
    return new GenericRowWithSchema(values, session.schema());
  }

  /** A session's row as that of a rejected session. */
  public static Row rejected(Row session, RejectionCode code, String detail) {
    Object[] values = withoutMessages(session);
    set(values, session, StagingRows.TABLE, StagingRows.REJECTED);
    set(values, session, "scope", Scope.SESSION.wireName());
    set(values, session, "code", code.wireName());
    set(values, session, "detail", detail);
    return new GenericRowWithSchema(values, session.schema());
  }

  /** A session's row as that of a duplicate in the bucket of the session that is kept. */
  public static Row duplicate(Row session, int bucket, String keptId) {
    Object[] values = values(session);
    set(values, session, StagedRows.BUCKET, bucket);
    set(values, session, StagedRows.DUPLICATE_OF, keptId);
    return new GenericRowWithSchema(values, session.schema());
  }

  /** A session's row as that of one whose result is copied to others. */
  public static Row copied(Row session) {
    Object[] values = values(session);
    set(values, session, StagedRows.COPIED, true);
    return new GenericRowWithSchema(values, session.schema());
  }

  /** A session's row as that of a session in some bucket whose result is not copied to others. */
  public static Row alone(Row session, int bucket) {
    Object[] values = values(session);
    set(values, session, StagedRows.BUCKET, bucket);
    set(values, session, StagedRows.COPIED, false);
    return new GenericRowWithSchema(values, session.schema());
  }

  private static Object[] withoutMessages(Row session) {
    Object[] values = values(session);
    for (String column :
        List.of(
            StagedRows.MESSAGES,
            StagedRows.CARRIED,
            "rejected_messages",
            StagedRows.CHAR_COUNT,
            StagedRows.COPIED,
            StagingRows.CLEANED)) {
      set(values, session, column, null);
    }
    return values;
  }

  private static Object[] values(Row row) {
    return IntStream.range(0, row.size()).mapToObj(row::get).toArray();
  }

  private static void set(Object[] values, Row row, String column, Object value) {
    values[row.fieldIndex(column)] = value;
  }
}
