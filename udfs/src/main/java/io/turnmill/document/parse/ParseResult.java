package io.turnmill.document.parse;

/** What became of a file, or of a document within one. */
public sealed interface ParseResult permits ParsedDocument, RefusedDocument {

  /**
   * The id: of a file the one that the caller gave; of a file in an archive {@code
   * a.zip!/folder/b.pdf}, and of an attachment {@code mail.eml#offer.pdf}.
   */
  String id();

  /** The name alone, such as {@code b.pdf}. */
  String name();
}
