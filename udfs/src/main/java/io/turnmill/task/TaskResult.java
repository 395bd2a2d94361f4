package io.turnmill.task;

import io.turnmill.session.Fault;
import io.turnmill.session.RejectionCode;
import java.util.List;
import java.util.Optional;

/** What became of one session. */
public sealed interface TaskResult {

  /** Every prompt was answered. */
  record Ok(List<Reply> replies) implements TaskResult {}

  /** The session cannot be asked. */
  record Rejected(RejectionCode code, String detail) implements TaskResult {}

  /**
   * There is no reply.
   *
   * @param fault the exception that is the reason, if one is
   */
  record Failed(FailureCode code, String detail, Optional<Fault> fault) implements TaskResult {
    public Failed(FailureCode code, String detail) {
      this(code, detail, Optional.empty());
    }

    /** An exception ended the work on the session. */
    public static Failed by(Fault fault) {
      FailureCode code = fault.isBug() ? FailureCode.BUG : FailureCode.INTERNAL_ERROR;
      return new Failed(code, fault.detail(), Optional.of(fault));
    }
  }
}
