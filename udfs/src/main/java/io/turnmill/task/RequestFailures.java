package io.turnmill.task;

import io.turnmill.inference.Outcome;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.RejectionCode;
import java.util.Optional;

/** What the failure of a request means for the part of an item that it was about. */
public final class RequestFailures {
  private RequestFailures() {}

  /** The result of that part. */
  public static <R> TaskResult<R> result(Outcome.Failure failure) {
    return switch (failure.code()) {
      case PROMPT_TOO_LONG ->
          new TaskResult.Rejected<>(RejectionCode.PROMPT_TOO_LONG, failure.detail());
      case OUT_OF_MEMORY ->
          new TaskResult.Failed<>(TaskFailureCode.OUT_OF_MEMORY, failure.detail());
      case NON_FINITE ->
          new TaskResult.Failed<>(TaskFailureCode.NON_FINITE_LOGITS, failure.detail());
      case TOKEN_OUT_OF_VOCABULARY ->
          new TaskResult.Failed<>(TaskFailureCode.TOKEN_OUT_OF_VOCABULARY, failure.detail());
      case NO_TOKEN -> new TaskResult.Rejected<>(RejectionCode.EMPTY_CONTENT, failure.detail());
      case ENGINE_ERROR -> stopCheckFailed(failure);
    };
  }

  /** The check for stop strings decodes the reply so far, so the step of its fault is decoding. */
  private static <R> TaskResult<R> stopCheckFailed(Outcome.Failure failure) {
    Optional<Fault> fault = failure.thrown().map(thrown -> Fault.of(Step.DECODE, thrown));
    return fault
        .filter(Fault::isBug)
        .<TaskResult<R>>map(TaskResult.Failed::by)
        .orElseGet(
            () -> new TaskResult.Failed<>(TaskFailureCode.ENGINE_ERROR, failure.detail(), fault));
  }
}
