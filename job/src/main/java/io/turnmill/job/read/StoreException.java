package io.turnmill.job.read;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.apache.hadoop.fs.PathAccessDeniedException;
import org.apache.hadoop.fs.PathNotFoundException;
import org.apache.hadoop.security.AccessControlException;

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

  /** Why the file itself is lost, if it is; else the store may give it later. */
  Optional<String> fileIsLost() {
    Throwable cause = getCause();
    if (cause instanceof FileNotFoundException
        || cause instanceof NoSuchFileException
        || cause instanceof PathNotFoundException) {
      // Java says the same of a local file that may not be read.
      return Optional.of("it is no longer there, or may not be read");
    }
    if (cause instanceof AccessControlException
        || cause instanceof AccessDeniedException
        || cause instanceof PathAccessDeniedException) {
      return Optional.of("it may not be read: permission is denied");
    }
    return Optional.empty();
  }
}
