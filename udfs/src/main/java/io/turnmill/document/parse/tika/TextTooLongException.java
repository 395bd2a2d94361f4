package io.turnmill.document.parse.tika;

/** A text grew beyond its limit. */
final class TextTooLongException extends RuntimeException {
  TextTooLongException(int maxChars) {
    super("The text has more than " + maxChars + " characters.");
  }
}
