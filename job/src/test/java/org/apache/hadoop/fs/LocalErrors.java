package org.apache.hadoop.fs;

import java.io.IOException;

/** Makes Hadoop's error of local files, which nobody outside this package can. */
public final class LocalErrors {
  private LocalErrors() {}

  /** As {@link RawLocalFileSystem} throws it. */
  public static FSError of(IOException cause) {
    return new FSError(cause);
  }
}
