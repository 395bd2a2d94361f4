package io.turnmill.job.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.job.testing.SparkForTests;
import io.turnmill.session.Fault;
import io.turnmill.task.Answers;
import io.turnmill.task.Classification;
import io.turnmill.task.Classification.LabelScore;
import io.turnmill.task.Classification.Work;
import io.turnmill.task.Embedding;
import io.turnmill.task.Extraction;
import io.turnmill.task.Replies.Unanswered;
import io.turnmill.task.Reply.Reasoned;
import io.turnmill.task.StoredVector;
import io.turnmill.task.TaskOptions.VectorType;
import io.turnmill.task.TurnScore;
import io.turnmill.task.WrittenText;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

/** What is written of chunks is read back as it was, so that it can be merged. */
class AnswersReadBackTest {
  private static final WrittenText TEXT =
      new WrittenText("two years", Optional.empty(), "stop", 10, 4, 3, -0.25);
  private static final WrittenText REASONED =
      new WrittenText(
          "a", Optional.of(new Reasoned("so it is", 2, true)), "length", 10, 10, 9, -1.5);

  /** Answers are the same whatever they are about. */
  private static Row row(AnswersCodec<?> codec, Object[] values) {
    return SparkForTests.session()
        .createDataFrame(List.of(RowFactory.create(values)), codec.columns())
        .collectAsList()
        .get(0);
  }

  private static <A> Answers<A> readBack(AnswersCodec<A> codec, Answers<A> answers) {
    return codec.decode(row(codec, codec.encode(answers, RowFactory.create())));
  }

  private static Unanswered unanswered(Optional<String> field) {
    return new Unanswered(3, field, "out_of_memory", "no memory", Optional.<Fault>empty());
  }

  @Test
  void classificationsAreReadBack() {
    Classification one =
        new Classification(
            OptionalInt.empty(),
            Optional.of("2"),
            List.of("2"),
            true,
            OptionalDouble.of(1.75),
            List.of(new LabelScore("2", 0.75), new LabelScore("1", 0.25)),
            new Work(5, 1, 4, 2, 3));
    Classification none =
        new Classification(
            OptionalInt.of(4),
            Optional.empty(),
            List.of(),
            false,
            OptionalDouble.empty(),
            List.of(new LabelScore("2", 0.25)),
            new Work(5, 1, 4, 2, 3));
    Answers<Classification> answers =
        new Answers<>(List.of(one, none), List.of(unanswered(Optional.empty())));
    assertThat(readBack(new ClassificationsCodec(), answers)).isEqualTo(answers);
  }

  @Test
  void vectorsOfEveryTypeAreReadBack() {
    for (VectorType type : VectorType.values()) {
      StoredVector vector = StoredVector.of(new float[] {0.1f, -2.5f, 0}, type);
      Embedding of = new Embedding(OptionalInt.empty(), vector, 7, 2, 1);
      Embedding back =
          readBack(new EmbeddingsCodec(type), new Answers<>(List.of(of), List.of()))
              .answers()
              .get(0);

      assertThat(back.vector().type()).isEqualTo(type);
      assertThat(IntStream.range(0, 3).mapToObj(back.vector()::value).toList())
          .isEqualTo(IntStream.range(0, 3).mapToObj(vector::value).toList());
      assertThat(List.of(back.tokens(), back.cutTokens(), back.chunks())).containsExactly(7, 2, 1);
    }
  }

  @Test
  void extractionsAndSummariesAreReadBackAndCounted() {
    Answers<Extraction> found =
        new Answers<>(
            List.of(new Extraction("term", true, TEXT), new Extraction("law", false, REASONED)),
            List.of(unanswered(Optional.of("fee"))));
    ExtractionsCodec extractions = new ExtractionsCodec();
    Row row = row(extractions, extractions.encode(found, RowFactory.create()));
    assertThat(extractions.decode(row)).isEqualTo(found);
    assertThat(extractions.count(row))
        .containsEntry("found", 1L)
        .containsEntry("extractions", 2L)
        .containsEntry("length_answers", 1L)
        .containsEntry("computed_tokens", 9L)
        .containsEntry("reasoning_tokens", 2L)
        .containsEntry("unanswered_turns", 1L)
        .containsOnlyKeys(extractions.counters());
    assertThat(extractions.tokens(found)).isEqualTo(new ResultCodec.Tokens(3, 9));
    assertThat(extractions.ends(row)).isEqualTo(new ResultCodec.ReplyEnds(2, 1));

    Answers<WrittenText> summary = new Answers<>(List.of(REASONED), List.of());
    assertThat(readBack(new SummariesCodec(), summary)).isEqualTo(summary);
  }

  @Test
  void scoresWithTheirTokensAreReadBack() {
    Answers<TurnScore> answers =
        new Answers<>(
            List.of(new TurnScore(2, Optional.of("a"), List.of(-0.5f, -1f), 3, 2, 1, 0)),
            List.of());
    assertThat(readBack(new ScoresCodec(true), answers)).isEqualTo(answers);
  }
}
