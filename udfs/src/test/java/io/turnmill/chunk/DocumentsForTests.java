package io.turnmill.chunk;

import io.turnmill.document.DocumentText;
import io.turnmill.document.Heading;
import io.turnmill.document.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Documents out of texts in Markdown, and simple tokens. */
final class DocumentsForTests {
  private static final Pattern HEADING = Pattern.compile("(?m)^(#+) (.+)$");
  private static final Pattern TABLE = Pattern.compile("(?m)^[|].*(?:\n[|].*)*");
  private static final Pattern WORD =
      Pattern.compile("[\\p{IsAlphabetic}&&[^\\p{IsIdeographic}]]+|\\p{N}+|[^\\s]");

  private DocumentsForTests() {}

  /** A token for each word, ideograph and mark; none for white space. */
  static int words(String text) {
    return (int) WORD.matcher(text).results().count();
  }

  static DocumentText markdown(String text) {
    List<Heading> headings = new ArrayList<>();
    for (Matcher heading = HEADING.matcher(text); heading.find(); ) {
      headings.add(
          new Heading(new Span(heading.start(2), heading.end(2)), heading.group(1).length()));
    }
    List<Span> tables =
        TABLE.matcher(text).results().map(table -> new Span(table.start(), table.end())).toList();
    return new DocumentText(text, headings, List.of(), tables, List.of());
  }

  static List<Chunk> chunks(DocumentText document, int maxTokens, double overlap) {
    ChunkSettings settings = new ChunkSettings(maxTokens, overlap, false);
    return new Chunker(settings, DocumentsForTests::words).chunks(document);
  }

  /** The texts of the chunks, without overlaps. */
  static List<String> parts(DocumentText document, int maxTokens) {
    return chunks(document, maxTokens, 0).stream()
        .map(chunk -> chunk.span().of(document.text()))
        .toList();
  }
}
