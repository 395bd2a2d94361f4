package io.turnmill.document.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** One parser for all tests, because a process takes a while to start. It ends with this JVM. */
final class SharedParser {
  static final ParseLimits LIMITS =
      new ParseLimits(20L << 20, 1_000_000, Duration.ofMinutes(1), 256, 1, 50, 64L << 20, 3);

  private static final DocumentParser PARSER = start();

  private SharedParser() {}

  static List<ParseResult> parse(String name, byte[] bytes) throws InterruptedException {
    return PARSER.parse(name, name, () -> new ByteArrayInputStream(bytes));
  }

  static ParsedDocument document(String name, byte[] bytes) throws InterruptedException {
    List<ParseResult> results = parse(name, bytes);
    assertThat(results).singleElement().isInstanceOf(ParsedDocument.class);
    return (ParsedDocument) results.get(0);
  }

  /** The code of a file that is refused, after which the next file becomes a document as ever. */
  static RefusedDocument refused(String name, byte[] bytes) throws InterruptedException {
    List<ParseResult> results = parse(name, bytes);
    assertThat(results).singleElement().isInstanceOf(RefusedDocument.class);
    assertThat(document("next.html", FilesForTests.utf8("<p>Good.</p>")).text().text())
        .isEqualTo("Good.");
    return (RefusedDocument) results.get(0);
  }

  private static DocumentParser start() {
    try {
      return DocumentParser.start(LIMITS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
