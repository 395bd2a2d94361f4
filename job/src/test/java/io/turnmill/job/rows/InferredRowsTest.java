package io.turnmill.job.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.Faults;
import io.turnmill.task.Reply;
import io.turnmill.task.TaskResult;
import java.util.AbstractList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.junit.jupiter.api.Test;

class InferredRowsTest {
  private static final Row STAGED =
      new GenericRowWithSchema(
          new Object[] {7, "t", "s", new Object[0], Map.of(), 1, 1, 0, 1L, "f", 1L, 0L},
          StagedRows.SCHEMA);

  /** Replies that cannot be had. */
  private static TaskResult ok(Runnable fault) {
    return new TaskResult.Ok(
        new AbstractList<Reply>() {
          @Override
          public Reply get(int index) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Iterator<Reply> iterator() {
            fault.run();
            return List.<Reply>of().iterator();
          }

          @Override
          public int size() {
            return 1;
          }
        });
  }

  @Test
  void aResultThatCannotBeEncodedIsThatOfAFailedSession() {
    for (int kind = 0; kind < Faults.KINDS; kind++) {
      int thrown = kind;
      Row row = InferredRows.row(STAGED, ok(() -> Faults.raise(thrown)), "model");

      assertThat(row.getInt(0)).isEqualTo(7);
      assertThat(row.isNullAt(2)).isTrue();
      Row result = row.getStruct(1);
      assertThat(String.join(" ", texts(result)))
          .isEqualTo("s t failed " + Faults.code(kind) + " " + Faults.detail("encode", kind));
    }
  }

  /** The columns up to the detail. */
  private static List<String> texts(Row result) {
    return IntStream.range(0, 5).mapToObj(result::getString).toList();
  }

  @Test
  void aFullHeapIsNotTheSessions() {
    Error full = new OutOfMemoryError();
    TaskResult result =
        ok(
            () -> {
              throw full;
            });
    assertThatThrownBy(() -> InferredRows.row(STAGED, result, "model")).isSameAs(full);
  }
}
