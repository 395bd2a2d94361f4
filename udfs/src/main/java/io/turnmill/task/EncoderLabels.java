package io.turnmill.task;

import io.turnmill.session.RejectionCode;
import io.turnmill.session.Session;
import io.turnmill.task.Classification.Scored;
import io.turnmill.task.Classification.Work;
import io.turnmill.task.Question.Refused;
import io.turnmill.task.TaskOptions.Classify;
import io.turnmill.task.TextQuestion.Encoded;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The task {@code classify} over an encoder with a head: its scores for the text of each part of a
 * session, or for a query and that text.
 */
public final class EncoderLabels implements QuestionsTask.Questions<Classification> {
  private final Classify options;
  private final List<String> labels;
  private final boolean areShares;
  private final TextPieces texts;

  private EncoderLabels(
      Classify options, List<String> labels, boolean areShares, TextPieces texts) {
    this.options = options;
    this.labels = List.copyOf(labels);
    this.areShares = areShares;
    this.texts = texts;
  }

  /**
   * The task over an encoder.
   *
   * @param labels the labels of the head's scores, in their order
   * @param areShares whether the scores are probabilities that add up to 1
   */
  public static Task<Session, Answers<Classification>> task(
      Classify options, List<String> labels, boolean areShares, TextPieces texts) {
    return new QuestionsTask<>(
        TaskKind.CLASSIFY, new EncoderLabels(options, labels, areShares, texts));
  }

  @Override
  public List<Question<Classification>> about(Session session) {
    Optional<String> query = query(session);
    return options.unit().in(session).stream()
        .map(
            turn ->
                new Question<Classification>(
                    turn,
                    Unit.chars(session, turn) + query.map(String::length).orElse(0),
                    () -> {
                      String text = Unit.text(session, turn);
                      return TextQuestion.ask(
                          texts,
                          query.orElse(text),
                          query.map(first -> text),
                          options.tooLong(),
                          encoded -> classification(turn, encoded));
                    }))
        .toList();
  }

  /** The first text of the pairs, if pairs are asked about. */
  private Optional<String> query(Session session) {
    String own = session.carried().getOrDefault(options.queryField(), "");
    String query = own.isBlank() ? options.query() : own;
    if (query.isEmpty() && !options.queryField().isEmpty()) {
      throw new Refused(
          RejectionCode.MISSING_CONTENT, "the field that holds the query is missing or blank");
    }
    return Optional.of(query).filter(text -> !text.isEmpty());
  }

  private Classification classification(OptionalInt turn, Encoded encoded) {
    float[] values = encoded.values();
    double[] scores = new double[values.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = values[i];
    }
    Work work = new Work(encoded.tokens(), 0, encoded.tokens(), encoded.cutTokens(), 0);
    return Classification.of(turn, Scored.of(labels, scores, areShares), options.choice(), work);
  }
}
