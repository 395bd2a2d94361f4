package io.turnmill.task;

import io.turnmill.session.Fault;
import io.turnmill.session.RejectionCode;
import java.util.Collection;
import java.util.Optional;

/**
 * The result of one item.
 *
 * @param <R> what the task makes of an item
 */
public sealed interface TaskResult<R> {

  /** The task has a result for the item. */
  record Ok<R>(R value) implements TaskResult<R> {}

  /** The model cannot be asked about the item. */
  record Rejected<R>(RejectionCode code, String detail) implements TaskResult<R> {}

  /**
   * The task failed for the item.
   *
   * @param fault the exception that is the reason, if there is one
   */
  record Failed<R>(TaskFailureCode code, String detail, Optional<Fault> fault)
      implements TaskResult<R> {
    public Failed(TaskFailureCode code, String detail) {
      this(code, detail, Optional.empty());
    }

    /** An exception ended the work on the item. */
    public static <R> Failed<R> by(Fault fault) {
      TaskFailureCode code = fault.isBug() ? TaskFailureCode.BUG : TaskFailureCode.INTERNAL_ERROR;
      return new Failed<>(code, fault.detail(), Optional.of(fault));
    }
  }

  /**
   * The result of an item none of whose parts has an answer: that of its first part, but one that
   * has failed says more than one that could not be asked about.
   *
   * @param parts at least one
   */
  static <R> TaskResult<R> ofNone(Collection<TaskResult<R>> parts) {
    return parts.stream()
        .filter(Failed.class::isInstance)
        .findFirst()
        .orElseGet(() -> parts.iterator().next());
  }
}
