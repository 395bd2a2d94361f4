package io.turnmill.job.rows;

import io.turnmill.session.Scope;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of the table {@code results} that belong to a task, and the counters that are made
 * from them. There is one codec for each kind of result; it is serialized and sent to the
 * executors.
 *
 * @param <R> what the task makes of an item
 */
public interface ResultCodec<R> extends Serializable {

  Class<R> type();

  /** The variant whose results these are; empty if the run has no variants. */
  default Optional<String> variant() {
    return Optional.empty();
  }

  /** The task's own columns, in order. */
  StructType columns();

  /** The list column with a struct for each answer, if the task answers about parts of an item. */
  default Optional<AnswerColumns> answers() {
    return Optional.empty();
  }

  /**
   * The values of a result, one for each column.
   *
   * @param asked the staged row of the item
   */
  Object[] encode(R result, Row asked);

  /**
   * The result that a row holds; only of tasks whose answers about chunks are merged.
   *
   * @param row with {@link #columns} among its columns
   */
  default R decode(Row row) {
    throw new IllegalStateException("Results of this task are not read back. This is a bug.");
  }

  /** The values of a failed item, one for each column. */
  Object[] none();

  /** Columns that a result's row has from the row that was asked about, after the task's own. */
  default StructType passedOn() {
    return new StructType();
  }

  /**
   * The columns of the answers about chunks of which results are merged, which have the column
   * {@link StagedRows#CHUNKS}; empty for other results.
   */
  default Optional<StructType> mergedFrom() {
    return Optional.empty();
  }

  /** What the task's items are. */
  default Scope scope() {
    return Scope.SESSION;
  }

  /** What the column {@code status} says of a result. */
  default String status(R result) {
    return ResultRows.STATUS_OK;
  }

  /** The names of the counters, in the order of the manifest. */
  List<String> counters();

  /**
   * What a row adds to each counter of the run, by name.
   *
   * @param result a row of {@link ResultRows} whose status is ok
   */
  Map<String, Long> count(Row result);

  /** The tokens of a result, for the progress line. */
  Tokens tokens(R result);

  /**
   * A list of answers among the task's columns.
   *
   * @param list the name of the list column
   * @param columns the fields of an answer, in their order, by the names that they have as columns
   *     of a table with one row for each answer; the first is {@code turn}
   */
  record AnswerColumns(String list, StructType columns) {}

  /**
   * How the replies of a row ended.
   *
   * @param result a row of {@link ResultRows} whose status is ok
   */
  default ReplyEnds ends(Row result) {
    return ReplyEnds.NONE;
  }

  /**
   * How replies ended.
   *
   * @param replies how many there are; 0 for a task that writes none
   * @param byLength how many of them ended because they were as long as allowed
   */
  record ReplyEnds(long replies, long byLength) implements Serializable {
    private static final long serialVersionUID = 1L;

    public static final ReplyEnds NONE = new ReplyEnds(0, 0);
  }

  /**
   * Tokens of a result.
   *
   * @param written how many the model wrote
   * @param computed how many went through the model, including those of prompts
   */
  record Tokens(long written, long computed) {
    public static final Tokens NONE = new Tokens(0, 0);

    Tokens plus(Tokens more) {
      return new Tokens(written + more.written, computed + more.computed);
    }
  }
}
