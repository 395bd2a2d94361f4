package io.turnmill.document.parse.tika;

import io.turnmill.document.DocumentText;
import io.turnmill.document.Heading;
import io.turnmill.document.Span;
import io.turnmill.document.parse.DocumentMetadata;
import io.turnmill.document.parse.ParseReply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A mail as a document: who wrote to whom, when and about what, and then what it says. */
final class MailText {
  private final int maxChars;
  private final List<DocumentText> bodies = new ArrayList<>();

  MailText(int maxChars) {
    this.maxChars = maxChars;
  }

  /** Adds a body of plain text; a blank one counts for nothing. */
  boolean addPlain(String text) {
    DocumentWriter writer = new DocumentWriter(maxChars);
    writer.lines(text);
    return add(writer.document());
  }

  /** Adds a body of HTML. */
  boolean addHtml(String html) {
    return add(HtmlDocument.of(html).text(maxChars));
  }

  boolean add(DocumentText body) {
    if (body.text().isBlank()) {
      return false;
    }
    bodies.add(body);
    return true;
  }

  /** The reply: the head's lines, an empty one, the bodies. */
  ParseReply reply(DocumentMetadata head, List<ParseReply.DocumentPart> parts) {
    StringBuilder text = new StringBuilder();
    List<Heading> headings = new ArrayList<>();
    List<Span> tables = new ArrayList<>();
    line(text, "Subject: ", head.title());
    line(text, "From: ", head.author());
    line(text, "To: ", Optional.of(String.join(", ", head.recipients())));
    line(text, "Date: ", head.created().map(Instant::toString));
    for (DocumentText body : bodies) {
      text.append(text.isEmpty() ? "" : "\n\n");
      int shift = text.length();
      text.append(body.text());
      body.headings()
          .forEach(
              heading -> headings.add(new Heading(moved(heading.span(), shift), heading.level())));
      body.tables().forEach(table -> tables.add(moved(table, shift)));
    }
    if (text.length() > maxChars) {
      throw new TextTooLongException(maxChars);
    }
    DocumentText document =
        new DocumentText(text.toString(), headings, List.of(), tables, List.of());
    return new ParseReply(Optional.of(new ParseReply.DocumentReply(document, head)), parts);
  }

  private static void line(StringBuilder text, String name, Optional<String> value) {
    value
        .filter(words -> !words.isBlank())
        .ifPresent(
            words -> text.append(text.isEmpty() ? "" : "\n").append(name).append(words.strip()));
  }

  private static Span moved(Span span, int shift) {
    return new Span(span.from() + shift, span.to() + shift);
  }
}
