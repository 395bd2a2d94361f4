package io.turnmill.job.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.config.OutputConfig.ChunkOutput;
import io.turnmill.job.config.OutputConfig.Layout;
import io.turnmill.job.testing.SparkForTests;
import io.turnmill.task.Answers;
import io.turnmill.task.Classification;
import io.turnmill.task.Replies.Unanswered;
import io.turnmill.task.TaskResult;
import io.turnmill.task.TurnScore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.junit.jupiter.api.Test;

class TurnTableTest {
  private static final Row STAGED =
      new GenericRowWithSchema(
          new Object[] {
            7,
            "t",
            "s",
            new Object[] {
              RowFactory.create(0, "user", "How much is it?", null, null),
              RowFactory.create(1, "assistant", "Eleven pounds.", null, null)
            },
            Map.of("topic", "prices"),
            1,
            2,
            3,
            29L,
            "in.jsonl",
            1L,
            0L,
            null,
            false
          },
          StagedRows.SCHEMA);

  /** The rows of a result, after they went through Spark, as those of a task have. */
  private static List<Row> rows(ResultCodec<?> codec, TaskResult<?> result) {
    Row inferred = InferredRows.row(STAGED, result, codec, "model");
    Row row =
        SparkForTests.any()
            .createDataFrame(List.of(inferred.getStruct(1)), ResultRows.schema(codec))
            .collectAsList()
            .get(0);
    ResultTable table = ResultTable.of(codec, Layout.TURN, ChunkOutput.NESTED);
    return table.rows(row).stream()
        .<Row>map(
            values -> {
              assertThat(values.size()).isEqualTo(table.schema().size());
              Object[] all = new Object[values.size()];
              Arrays.setAll(all, values::get);
              return new GenericRowWithSchema(all, table.schema());
            })
        .toList();
  }

  private static TurnScore score(int turn, Optional<String> field, float... logprobs) {
    List<Float> all = IntStream.range(0, logprobs.length).mapToObj(i -> logprobs[i]).toList();
    return new TurnScore(turn, field, all, 5, 2, 4, 0);
  }

  private static List<Object> values(Row row, String... columns) {
    return Arrays.stream(columns).map(name -> row.<Object>getAs(name)).toList();
  }

  @Test
  void scoresAndTurnsWithoutOneAreInTheOrderOfTurns() {
    Answers<TurnScore> answers =
        new Answers<>(
            List.of(
                score(1, Optional.of("chosen"), -1f, -3f), score(1, Optional.of("rejected"), -4f)),
            List.of(
                new Unanswered(
                    0, Optional.of("third"), "prompt_too_long", "9 tokens", Optional.empty())));
    List<Row> rows = rows(new ScoresCodec(true), new TaskResult.Ok<>(answers));

    assertThat(rows)
        .extracting(row -> values(row, "session_id", "tenant", "status", "turn", "role", "content"))
        .containsExactly(
            List.of("s", "t", "failed", 0, "user", "How much is it?"),
            List.of("s", "t", "ok", 1, "assistant", "Eleven pounds."),
            List.of("s", "t", "ok", 1, "assistant", "Eleven pounds."));
    assertThat(values(rows.get(0), "error_code", "error_detail"))
        .containsExactly("prompt_too_long", "9 tokens");
    assertThat(rows.get(0).<Double>getAs("perplexity")).isNull();
    assertThat(rows.get(0).<String>getAs("field")).as("what has no answer").isEqualTo("third");
    assertThat(values(rows.get(1), "field", "scored_tokens", "sum_logprob", "mean_logprob"))
        .containsExactly("chosen", 2, -4.0, -2.0);
    assertThat(rows.get(1).<Float>getList(rows.get(1).fieldIndex("logprobs")))
        .containsExactly(-1f, -3f);
    assertThat(values(rows.get(2), "field", "rejected_messages", "model_fingerprint"))
        .containsExactly("rejected", 3, "model");
    assertThat(rows.get(2).<String, String>getJavaMap(rows.get(2).fieldIndex("carried")))
        .containsEntry("topic", "prices");
  }

  @Test
  void aSessionWithoutAnyAnswerHasARowAllTheSame() {
    Answers<Classification> none = new Answers<>(List.of(), List.of());
    List<Row> rows = rows(new ClassificationsCodec(), new TaskResult.Ok<>(none));
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).<String>getAs("status")).isEqualTo("ok");
    assertThat(rows.get(0).<Integer>getAs("turn")).isNull();
  }
}
