package io.turnmill.job.read;

import io.turnmill.job.hadoop.PermanentFailures;
import java.io.IOException;

/** Thrown when a file is damaged, so that reading it again would not help. */
final class DamagedInputException extends IOException implements PermanentFailures.Permanent {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason why the file cannot be read to its end, as the second half of a sentence; never
   *     conversation text
   */
  DamagedInputException(String reason) {
    super(reason);
  }

  DamagedInputException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
