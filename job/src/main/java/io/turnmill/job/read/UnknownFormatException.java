package io.turnmill.job.read;

import java.io.IOException;

/** Neither the name nor the first bytes of a file tell how to read it, or they contradict. */
final class UnknownFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param predicate of a sentence whose subject is the file's format
   */
  UnknownFormatException(String predicate) {
    super(predicate);
  }
}
