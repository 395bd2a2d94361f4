package io.turnmill.job.parquet;

import java.io.IOException;

/** A file that Turnmill wrote is missing, or does not hold what was written. */
public final class DamagedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedFileException(String file, Throwable cause) {
    super("the file " + file + " is gone or damaged.", cause);
  }
}
