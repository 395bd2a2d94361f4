package io.turnmill.document.parse;

import io.turnmill.document.DocumentText;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a process that parses made of one file.
 *
 * @param content the file's own document, or why there is none; empty for an archive
 * @param parts the documents within it
 */
public record ParseReply(Optional<ReplyContent> content, List<DocumentPart> parts) {

  /** A document without its id, or why there is none. */
  public sealed interface ReplyContent {}

  /** A document. */
  public record DocumentReply(DocumentText text, DocumentMetadata metadata)
      implements ReplyContent {}

  /** Why there is no document. */
  public record RefusalReply(ParseRefusal code, String detail) implements ReplyContent {}

  /**
   * A document within a file.
   *
   * @param suffix what its id has after that of the file, such as {@code #offer.pdf}
   * @param name its name
   * @param content where it was unpacked to, or why it was not
   */
  public record DocumentPart(String suffix, String name, PartContent content) {}

  /** Where a part was unpacked to, or why it was not. */
  public sealed interface PartContent {}

  /** A part that lies in a file. */
  public record PartFile(Path file) implements PartContent {}

  /** A part that could not be unpacked. */
  public record RefusedPart(RefusalReply refusal) implements PartContent {}

  public ParseReply {
    parts = List.copyOf(parts);
  }

  /** A file that did not become a document. */
  public static ParseReply refused(ParseRefusal code, String detail) {
    return new ParseReply(Optional.of(new RefusalReply(code, detail)), List.of());
  }

  /** A file that became a document. */
  public static ParseReply of(DocumentText text, DocumentMetadata metadata) {
    return new ParseReply(Optional.of(new DocumentReply(text, metadata)), List.of());
  }

  /** Writes it for {@link #read}. */
  public void write(DataOutputStream out) throws IOException {
    Wire.writeOptional(out, content, Wire::writeContent);
    Wire.writeList(out, parts, Wire::writePart);
    out.flush();
  }

  static ParseReply read(DataInputStream in) throws IOException {
    return new ParseReply(
        Wire.readOptional(in, Wire::readContent), Wire.readList(in, Wire::readPart));
  }
}
