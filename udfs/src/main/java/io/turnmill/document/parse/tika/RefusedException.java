package io.turnmill.document.parse.tika;

import io.turnmill.document.parse.ParseRefusal;

/** A file does not become a document; the message is the detail. */
final class RefusedException extends Exception {
  private final ParseRefusal code;

  RefusedException(ParseRefusal code, String detail) {
    super(detail);
    this.code = code;
  }

  ParseRefusal code() {
    return code;
  }
}
