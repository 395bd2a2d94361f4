package io.turnmill.task.ask;

import io.turnmill.task.Replies.Unanswered;
import java.util.List;

/**
 * What a model said to the questions about one item.
 *
 * @param answers in the order of the questions
 * @param unanswered the questions without an answer, in order; the field of each is the name of the
 *     question, and its turn the place among all
 */
public record AskedAnswers(List<AskedAnswer> answers, List<Unanswered> unanswered) {
  public AskedAnswers {
    answers = List.copyOf(answers);
    unanswered = List.copyOf(unanswered);
  }
}
