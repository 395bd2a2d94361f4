package io.turnmill.task;

import io.turnmill.session.RejectionCode;
import java.util.List;

/** What became of one session. */
public sealed interface TaskResult {

  /** Every prompt was answered. */
  record Ok(List<Reply> replies) implements TaskResult {}

  /** The session cannot be asked. */
  record Rejected(RejectionCode code, String detail) implements TaskResult {}

  /** The model gave no reply. */
  record Failed(FailureCode code, String detail) implements TaskResult {}
}
