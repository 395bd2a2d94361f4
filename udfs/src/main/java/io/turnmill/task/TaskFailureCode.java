package io.turnmill.task;

import java.util.Locale;

/** Why a session that was asked has no reply. The names never change. */
public enum TaskFailureCode {
  /** Not one more token fitted the device's memory, tried alone for half a minute. */
  OUT_OF_MEMORY,
  /** The model's scores were not finite. */
  NON_FINITE_LOGITS,
  /** The prompt has an added token for which the model's embedding has no row. */
  TOKEN_OUT_OF_VOCABULARY,
  /** The check for stop strings failed, so that the end of the reply is not known. */
  ENGINE_ERROR,
  /** A turn before it has no reply, so that the dialogue of a {@code rollout} ended there. */
  EARLIER_TURN_FAILED,
  /** The session was in progress each time that executors died, so it is not run again. */
  EXECUTOR_DIED,
  /** An exception of Java; the detail says which, and in which step. */
  INTERNAL_ERROR,
  /** An exception by which Turnmill's code reports a fault of its own. */
  BUG;

  /** The name in the results. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
