package io.turnmill.job.read;

import io.turnmill.job.hadoop.PermanentFailures;
import java.io.IOException;
import java.util.Optional;

/**
 * Thrown when a file system does not return the bytes of a file. Without this class, a time-out
 * could not be told from damage: in both cases a decompressor throws an {@link IOException}.
 */
final class StoreException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int DEEPEST = 20;

  StoreException(IOException cause) {
    super(cause.getMessage(), cause);
  }

  /** The exception of a file system that caused a failure, if one did. */
  static Optional<StoreException> in(Throwable failure) {
    int depth = 0;
    for (Throwable t = failure; t != null && depth < DEEPEST; t = t.getCause(), depth++) {
      if (t instanceof StoreException store) {
        return Optional.of(store);
      }
    }
    return Optional.empty();
  }

  /** Whether the store denies permission to read the file. */
  boolean isDenied() {
    return PermanentFailures.isDenied(getCause());
  }

  /** Why the file is lost, after all attempts; empty if the store may return it later. */
  Optional<String> fileIsLost() {
    if (PermanentFailures.isAbsent(getCause())) {
      return Optional.of("it is no longer there");
    }
    if (PermanentFailures.isWithoutCopy(getCause())) {
      return Optional.of("HDFS has no copy of a part of it");
    }
    return Optional.empty();
  }
}
