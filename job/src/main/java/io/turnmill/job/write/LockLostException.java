package io.turnmill.job.write;

import io.turnmill.job.hadoop.PermanentFailures;
import java.io.IOException;

/**
 * Thrown when another run has taken over the output folder: this run must not commit anything any
 * more.
 */
final class LockLostException extends IOException implements PermanentFailures.Permanent {
  private static final long serialVersionUID = 1L;

  LockLostException(String message) {
    super(message);
  }
}
