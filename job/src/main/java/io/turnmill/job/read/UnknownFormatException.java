package io.turnmill.job.read;

import java.io.IOException;

/** Thrown when neither the name nor the first bytes of a file tell its format, or they disagree. */
final class UnknownFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param predicate the predicate of a sentence whose subject is the file's format
   */
  UnknownFormatException(String predicate) {
    super(predicate);
  }
}
