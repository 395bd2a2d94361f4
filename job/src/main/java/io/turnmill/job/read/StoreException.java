package io.turnmill.job.read;

import io.turnmill.job.hadoop.PermanentFailures;
import java.io.IOException;
import java.util.Optional;

/**
 * A file system did not give the bytes of a file. Without it, a time-out could not be told from
 * damage: both are an {@link IOException} that comes out of a decompressor.
 */
final class StoreException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int DEEPEST = 20;

  StoreException(IOException cause) {
    super(cause.getMessage(), cause);
  }

  /** What a file system threw, if that is why something failed. */
  static Optional<StoreException> in(Throwable failure) {
    int depth = 0;
    for (Throwable t = failure; t != null && depth < DEEPEST; t = t.getCause(), depth++) {
      if (t instanceof StoreException store) {
        return Optional.of(store);
      }
    }
    return Optional.empty();
  }

  /** Whether the store refuses to give the file. */
  boolean isDenied() {
    return PermanentFailures.isDenied(getCause());
  }

  /**
   * Why the file itself is lost, if it is, after all attempts; else the store may give it later.
   */
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
