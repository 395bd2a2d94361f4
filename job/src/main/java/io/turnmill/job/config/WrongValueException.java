package io.turnmill.job.config;

import com.typesafe.config.ConfigValue;

/**
 * A value that its setting does not take; the message completes "key: …". Those that are suppressed
 * by it are further problems of the same setting.
 */
final class WrongValueException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String origin;
  private final String below;

  WrongValueException(String message, ConfigValue value) {
    this(message, value.origin().description());
  }

  WrongValueException(String message, String origin) {
    this(message, origin, "");
  }

  private WrongValueException(String message, String origin, String below) {
    super(message);
    this.origin = origin;
    this.below = below;
  }

  /** The same problem as that of a part of the setting's value, which a key leads to. */
  WrongValueException below(String key) {
    return new WrongValueException(getMessage(), origin, "." + key);
  }

  /** What follows the key of the setting, to name the part of its value; empty for all of it. */
  String below() {
    return below;
  }

  /** Where the value stands: an option, or file and line. */
  String origin() {
    return origin;
  }
}
