package io.turnmill.document.parse;

/** A process that parses could not be started: a fault of the machine or of the set-up. */
public final class ParserStartException extends RuntimeException {
  ParserStartException(String message, Throwable cause) {
    super(message, cause);
  }

  ParserStartException(String message) {
    super(message);
  }
}
