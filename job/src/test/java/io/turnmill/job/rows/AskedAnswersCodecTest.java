package io.turnmill.job.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.rows.ResultCodec.Tokens;
import io.turnmill.task.Replies.Unanswered;
import io.turnmill.task.WrittenText;
import io.turnmill.task.ask.AskedAnswer;
import io.turnmill.task.ask.AskedAnswers;
import io.turnmill.task.ask.GivenChunk;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Answers to questions about a text, as columns. */
class AskedAnswersCodecTest {
  private static final AskedAnswersCodec CODEC = new AskedAnswersCodec();

  private static AskedAnswers answers() {
    WrittenText written = new WrittenText("In May.", Optional.empty(), "length", 30, 10, 5, -0.5);
    AskedAnswer answer =
        new AskedAnswer(
            "renewal",
            true,
            List.of(
                new GivenChunk(2, OptionalDouble.of(0.75)),
                new GivenChunk(3, OptionalDouble.empty())),
            List.of(7),
            written);
    return new AskedAnswers(
        List.of(answer),
        List.of(new Unanswered(1, Optional.of("rent"), "prompt_too_long", "9", Optional.empty())));
  }

  @Test
  void anAnswerNamesTheChunksThatTheModelWasShown() {
    Object[] columns = CODEC.encode(answers(), RowFactory.create());
    Row answer = (Row) ((Object[]) columns[0])[0];
    Row unanswered = (Row) ((Object[]) columns[1])[0];

    assertThat(answer.getString(0)).isEqualTo("renewal");
    assertThat(answer.getString(2)).isEqualTo("In May.");
    assertThat((Object[]) answer.get(3))
        .extracting(Object::toString)
        .containsExactly("[2,0.75]", "[3,null]");
    assertThat((Object[]) answer.get(4)).containsExactly(7);
    assertThat(answer.size()).isEqualTo(length(CODEC.columns()));
    assertThat(unanswered.toString()).isEqualTo("[rent,prompt_too_long,9]");
  }

  private static int length(StructType columns) {
    return ((StructType)
            ((org.apache.spark.sql.types.ArrayType) columns.apply("answers").dataType())
                .elementType())
        .size();
  }

  @Test
  void tokensAreCounted() {
    assertThat(CODEC.tokens(answers())).isEqualTo(new Tokens(5, 25));
    assertThat(CODEC.none()).hasSize(2);
  }
}
