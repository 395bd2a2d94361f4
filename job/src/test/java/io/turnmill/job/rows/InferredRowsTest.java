package io.turnmill.job.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.job.testing.Faults;
import io.turnmill.task.TaskResult;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class InferredRowsTest {
  private static final TaskResult<String> OK = new TaskResult.Ok<>("a result");
  private static final Row STAGED =
      new GenericRowWithSchema(
          new Object[] {
            7, "t", "s", new Object[0], Map.of(), 1, 1, 0, 1L, "f", 1L, 0L, null, false
          },
          StagedRows.SCHEMA);

  /** Cannot write a result. */
  private record FaultyCodec(Runnable fault) implements ResultCodec<String> {
    private static final long serialVersionUID = 1L;

    @Override
    public Class<String> type() {
      return String.class;
    }

    @Override
    public StructType columns() {
      return new StructType().add("text", "string");
    }

    @Override
    public Object[] encode(String result, Row asked) {
      fault.run();
      return new Object[] {result};
    }

    @Override
    public Object[] none() {
      return new Object[] {null};
    }

    @Override
    public List<String> counters() {
      return List.of();
    }

    @Override
    public Map<String, Long> count(Row result) {
      return Map.of();
    }

    @Override
    public Tokens tokens(String result) {
      return Tokens.NONE;
    }
  }

  private static Row row(Runnable fault) {
    return InferredRows.row(STAGED, OK, new FaultyCodec(fault), "model");
  }

  @Test
  void aResultThatCannotBeEncodedIsThatOfAFailedSession() {
    for (int kind = 0; kind < Faults.KINDS; kind++) {
      int thrown = kind;
      Row row = row(() -> Faults.raise(thrown));

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
    assertThatThrownBy(
            () ->
                row(
                    () -> {
                      throw full;
                    }))
        .isSameAs(full);
  }

  @Test
  void theColumnsOfATaskStandAmongThoseOfEveryTask() {
    Row row = row(() -> {});
    StructType schema = ResultRows.schema(new FaultyCodec(() -> {}));

    assertThat(row.getStruct(1).size()).isEqualTo(schema.size());
    assertThat(row.getStruct(1).get(schema.fieldIndex("text"))).isEqualTo("a result");
    assertThat(row.getStruct(1).get(schema.fieldIndex("model_fingerprint"))).isEqualTo("model");
  }
}
