package io.turnmill.document.parse;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a file says about itself.
 *
 * @param contentType the type found in the content, such as {@code application/pdf}
 * @param title the title, or the subject of a mail
 * @param author the author, or the sender of a mail
 * @param recipients to whom a mail was sent
 * @param created when it was made or sent; where the file says no time zone, taken as UTC
 * @param modified when it was last changed
 * @param language the language that the file itself names, such as {@code en-GB}
 */
public record DocumentMetadata(
    String contentType,
    Optional<String> title,
    Optional<String> author,
    List<String> recipients,
    Optional<Instant> created,
    Optional<Instant> modified,
    Optional<String> language) {

  public DocumentMetadata {
    recipients = List.copyOf(recipients);
  }

  /** A file that says nothing about itself. */
  public static DocumentMetadata of(String contentType) {
    return new DocumentMetadata(
        contentType,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Tells the type only: titles and addresses are text of the document. */
  @Override
  public String toString() {
    return "DocumentMetadata[" + contentType + "]";
  }
}
