package io.turnmill.job.config;

import com.typesafe.config.ConfigValue;

/** A value that its setting does not take; the message completes "key: …". */
final class WrongValueException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String origin;

  WrongValueException(String message, ConfigValue value) {
    this(message, value.origin().description());
  }

  WrongValueException(String message, String origin) {
    super(message);
    this.origin = origin;
  }

  /** Where the value stands: an option, or file and line. */
  String origin() {
    return origin;
  }
}
