package io.turnmill.document.parse;

import java.io.IOException;
import java.io.InputStream;

/** Where the bytes of a file come from. */
@FunctionalInterface
public interface DocumentSource {

  /** Opens it; the caller closes it. */
  InputStream open() throws IOException;
}
