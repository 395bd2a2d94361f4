package io.turnmill.task;

/** How sure a model is of a result, from 0 to 1: as sure as of the part of which it is least. */
final class Certainty {
  private Certainty() {}

  /**
   * The lowest confidence of replies, or the lowest score of labels. A part that has no answer
   * counts as 0.
   *
   * @throws IllegalStateException when a result of this kind has no confidence
   */
  static double of(Object result) {
    if (result instanceof Replies replies) {
      return replies.unanswered().isEmpty()
          ? replies.replies().stream().mapToDouble(Reply::confidence).min().orElse(0)
          : 0;
    }
    if (result instanceof Answers<?> answers) {
      return answers.unanswered().isEmpty()
          ? answers.answers().stream().mapToDouble(Certainty::ofAnswer).min().orElse(0)
          : 0;
    }
    throw none(result);
  }

  private static double ofAnswer(Object answer) {
    if (answer instanceof Classification classification) {
      return classification.score().orElse(0);
    }
    throw none(answer);
  }

  private static IllegalStateException none(Object of) {
    return new IllegalStateException(
        of.getClass().getSimpleName() + " has no confidence. This is a bug.");
  }
}
