package io.turnmill.document.parse;

import java.util.Locale;

/** Why a file did not become a document. The wire names are stable. */
public enum ParseRefusal {
  EMPTY("the file is empty, or has no text but white space"),
  NO_TEXT("the PDF has pages, but no text layer: it wants OCR"),
  ENCRYPTED("the file is encrypted or wants a password"),
  BROKEN_FILE("the file is not what its first bytes say, or is cut off"),
  UNSUPPORTED_TYPE("the file is of a type that is not read; the detail names it"),
  UNREADABLE_FILE("the file could not be read"),
  FILE_TOO_LARGE("the file has more bytes than a document may have"),
  TEXT_TOO_LONG("the text has more characters than a document may have"),
  ARCHIVE_BOMB(
      "the archive or mail holds too many files or too many bytes, or is packed beyond all measure"),
  NESTED_TOO_DEEP("the archive or mail lies too deep in other ones"),
  PARSE_TIMEOUT("the file took longer than a document may take"),
  PARSER_DIED("the process that parsed the file ended: out of memory, or by a fault of a parser");

  private final String meaning;

  ParseRefusal(String meaning) {
    this.meaning = meaning;
  }

  /** The name in tables: lower case, words joined by underscores. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** One line for people. */
  public String meaning() {
    return meaning;
  }
}
