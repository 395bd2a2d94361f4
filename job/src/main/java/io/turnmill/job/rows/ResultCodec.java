package io.turnmill.job.rows;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of the {@code results} table that belong to a task, and what is counted of them. One
 * for each kind of result; travels to the executors.
 *
 * @param <R> what the task makes of an item
 */
public interface ResultCodec<R> extends Serializable {

  Class<R> type();

  /** The task's own columns, in order. */
  StructType columns();

  /** A value for each column. */
  Object[] encode(R result);

  /** A value for each column where the task failed. */
  Object[] none();

  /** The names of what is counted, in the order of the manifest. */
  List<String> counters();

  /**
   * What a row adds to the run's counters, by name.
   *
   * @param result a row of {@link ResultRows} whose status is ok
   */
  Map<String, Long> count(Row result);

  /** The tokens of a result, for the progress line. */
  Tokens tokens(R result);

  /**
   * Tokens of a result.
   *
   * @param written by the model
   * @param computed all that went through the model, those of prompts among them
   */
  record Tokens(long written, long computed) {
    public static final Tokens NONE = new Tokens(0, 0);

    Tokens plus(Tokens more) {
      return new Tokens(written + more.written, computed + more.computed);
    }
  }
}
