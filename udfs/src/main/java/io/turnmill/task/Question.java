package io.turnmill.task;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.session.RejectionCode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What is asked about one part of a session.
 *
 * @param <A> the answer
 * @param turn the turn that it is about; empty for the whole session
 * @param field the carried field that it is about, or the name of the question, if there are
 *     several about one turn
 * @param chars about how many characters template and tokenizer are shown for it
 * @param asking makes the requests, when their turn has come; may throw {@link Refused}
 */
record Question<A>(
    OptionalInt turn, Optional<String> field, long chars, Supplier<Asked<A>> asking) {

  /** A question about a turn or a whole session. */
  Question(OptionalInt turn, long chars, Supplier<Asked<A>> asking) {
    this(turn, Optional.empty(), chars, asking);
  }

  /**
   * The requests of a question, and how their outcomes become its answer.
   *
   * @param requests at least one
   * @param answer takes the outcomes in the order of the requests, none of which is a failure
   */
  record Asked<A>(List<Request> requests, Function<List<Outcome>, A> answer) {}

  /** The part of the session cannot be asked about. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient TaskResult<?> result;

    /**
     * @param detail counts only, never conversation text
     */
    Refused(RejectionCode code, String detail) {
      this(new TaskResult.Rejected<>(code, detail));
    }

    Refused(TaskResult<?> result) {
      super("the part of the session cannot be asked about", null, false, false);
      this.result = result;
    }

    TaskResult<?> result() {
      return result;
    }
  }
}
