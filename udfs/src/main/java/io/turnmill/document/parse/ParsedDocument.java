package io.turnmill.document.parse;

import io.turnmill.document.DocumentText;

/**
 * A document that a file became.
 *
 * @param text never blank
 */
public record ParsedDocument(String id, String name, DocumentText text, DocumentMetadata metadata)
    implements ParseResult {

  /** Tells id and size only, because a document's text never reaches a log. */
  @Override
  public String toString() {
    return "ParsedDocument[id=" + id + ", text=" + text + "]";
  }
}
