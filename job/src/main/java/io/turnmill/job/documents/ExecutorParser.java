package io.turnmill.job.documents;

import io.turnmill.document.parse.DocumentParser;
import io.turnmill.document.parse.ParseLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** The parsers of an executor: one for each set of limits, for all its tasks. */
final class ExecutorParser {
  private static final Map<ParseLimits, DocumentParser> PARSERS = new HashMap<>();

  private ExecutorParser() {}

  /** The parser with these limits, which starts processes as they are needed. */
  static DocumentParser of(ParseLimits limits) {
    synchronized (PARSERS) {
      return PARSERS.computeIfAbsent(limits, ExecutorParser::start);
    }
  }

  private static DocumentParser start(ParseLimits limits) {
    try {
      return DocumentParser.start(limits);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a parser of documents", e);
    }
  }

  /** Ends the processes of this JVM, when no task is left that parses. */
  static void closeAll() {
    synchronized (PARSERS) {
      PARSERS.values().forEach(DocumentParser::close);
      PARSERS.clear();
    }
  }
}
