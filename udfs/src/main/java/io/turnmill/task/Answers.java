package io.turnmill.task;

import io.turnmill.task.Replies.Unanswered;
import java.util.List;

/**
 * What a model said about the parts of one session.
 *
 * @param <A> the answer for one part
 * @param answers in the order of the parts
 * @param unanswered the parts that were asked about and have no answer, in order
 */
public record Answers<A>(List<A> answers, List<Unanswered> unanswered) {
  public Answers {
    answers = List.copyOf(answers);
    unanswered = List.copyOf(unanswered);
  }
}
