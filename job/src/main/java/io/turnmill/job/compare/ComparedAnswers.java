package io.turnmill.job.compare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.turnmill.job.rows.ResultRows;
import io.turnmill.job.rows.StagedRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The sessions and answers of a table of results, in either layout. */
sealed interface ComparedAnswers {
  /** The column with an answer, as {@link AnswerKind} has it. */
  String ANSWER = "a";

  /** The column that says whose result a copy is. */
  String DUPLICATE_OF = StagedRows.DUPLICATE_OF;

  /** How a table says whose answer it is. */
  List<String> KEY = List.of(ResultRows.VARIANT, "session_id", "tenant");

  /**
   * The answers of a table.
   *
   * @param results with the column of the variant
   */
  static ComparedAnswers in(Dataset<Row> results) {
    List<String> columns = Arrays.asList(results.columns());
    return columns.contains("messages") || !columns.contains("turn")
        ? new OfSessions(results)
        : new OfTurns(results);
  }

  /** A row for each session of a variant, with its status. */
  Dataset<Row> sessions();

  /** What the answers are, if they can be compared. */
  Optional<AnswerKind> kind();

  /** A row for each answer that is not a copy of another session's. */
  Dataset<Row> answers(AnswerKind kind);

  /** Rows that hold sessions, with a list of answers. */
  record OfSessions(Dataset<Row> results) implements ComparedAnswers {
    @Override
    public Dataset<Row> sessions() {
      return results.select(ResultRows.VARIANT, "status");
    }

    @Override
    public Optional<AnswerKind> kind() {
      List<String> columns = Arrays.asList(results.columns());
      return AnswerKind.ALL.stream().filter(of -> columns.contains(of.column())).findFirst();
    }

    @Override
    public Dataset<Row> answers(AnswerKind kind) {
      return select(withoutCopies(results), explode(col(kind.column())));
    }
  }

  /** Rows that hold one answer, or say why there is none. */
  record OfTurns(Dataset<Row> results) implements ComparedAnswers {
    /** A turn without an answer has the status failed in a session that is ok. */
    @Override
    public Dataset<Row> sessions() {
      Column status =
          when(col("turn").isNull(), col("status")).otherwise(lit(ResultRows.STATUS_OK));
      List<Column> columns = new ArrayList<>();
      KEY.forEach(name -> columns.add(col(name)));
      columns.add(status.as("status"));
      return results.select(columns.toArray(Column[]::new)).distinct();
    }

    @Override
    public Optional<AnswerKind> kind() {
      List<String> columns = Arrays.asList(results.columns());
      return AnswerKind.ALL.stream().filter(of -> columns.contains(of.ofTurn())).findFirst();
    }

    @Override
    public Dataset<Row> answers(AnswerKind kind) {
      List<Column> fields = new ArrayList<>();
      for (String name : results.columns()) {
        if (name.equals("reply")) {
          fields.add(col(name).as("content"));
        } else if (!KEY.contains(name) && !name.equals("content")) {
          fields.add(col(name));
        }
      }
      return select(
          withoutCopies(results).where(col(kind.ofTurn()).isNotNull()),
          struct(fields.toArray(Column[]::new)));
    }
  }

  private static Dataset<Row> withoutCopies(Dataset<Row> results) {
    return Arrays.asList(results.columns()).contains(DUPLICATE_OF)
        ? results.where(col(DUPLICATE_OF).isNull())
        : results;
  }

  private static Dataset<Row> select(Dataset<Row> rows, Column answer) {
    List<Column> columns = new ArrayList<>();
    KEY.forEach(name -> columns.add(col(name)));
    columns.add(answer.as(ANSWER));
    return rows.select(columns.toArray(Column[]::new));
  }
}
