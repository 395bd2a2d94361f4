package io.turnmill.task;

import io.turnmill.session.Session;
import io.turnmill.task.TaskOptions.Embed;
import io.turnmill.task.TextQuestion.Encoded;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The task {@code embed}: a vector for each part of a session. */
public final class EmbedQuestions implements QuestionsTask.Questions<Embedding> {
  private final Embed options;
  private final boolean unitLength;
  private final TextPieces texts;

  /**
   * @param modelNormalizes whether the vectors that the model gives have length 1
   */
  private EmbedQuestions(Embed options, boolean modelNormalizes, TextPieces texts) {
    this.options = options;
    this.unitLength = options.unitLength(modelNormalizes);
    this.texts = texts;
  }

  /**
   * The task over an encoder.
   *
   * @param modelNormalizes whether the vectors that the model gives have length 1
   */
  public static Task<Session, Answers<Embedding>> task(
      Embed options, boolean modelNormalizes, TextPieces texts) {
    return new QuestionsTask<>(TaskKind.EMBED, new EmbedQuestions(options, modelNormalizes, texts));
  }

  @Override
  public List<Question<Embedding>> about(Session session) {
    return options.unit().in(session).stream()
        .map(
            turn ->
                new Question<Embedding>(
                    turn,
                    Unit.chars(session, turn),
                    () ->
                        TextQuestion.ask(
                            texts,
                            Unit.text(session, turn),
                            Optional.empty(),
                            options.tooLong(),
                            encoded -> embedding(turn, encoded))))
        .toList();
  }

  private Embedding embedding(OptionalInt turn, Encoded encoded) {
    float[] values = encoded.values();
    if (options.dimensions() > 0 && options.dimensions() < values.length) {
      values = Arrays.copyOf(values, options.dimensions());
    }
    if (unitLength) {
      StoredVector.normalize(values);
    }
    return new Embedding(
        turn,
        StoredVector.of(values, options.type()),
        encoded.tokens(),
        encoded.cutTokens(),
        encoded.pieces());
  }
}
