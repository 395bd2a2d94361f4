package io.turnmill.job.config;

/** A value that its setting does not take; the message completes "key: …" and never quotes text. */
final class WrongValueException extends Exception {
  private static final long serialVersionUID = 1L;

  WrongValueException(String message) {
    super(message);
  }
}
