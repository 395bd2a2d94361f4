package io.turnmill.document.parse;

import java.time.Duration;

/**
 * How much one file may take. What takes more is refused.
 *
 * @param maxFileBytes most bytes of a file, and of each document within an archive or a mail
 * @param maxTextChars most {@code char}s of a document's text
 * @param timeout most time for one document
 * @param heapMegabytes the heap of a process that parses
 * @param processes most processes that parse at the same time
 * @param maxParts most documents within one archive or mail, those of nested ones counted in
 * @param maxUnpackedBytes most bytes of all documents within one archive or mail
 * @param maxDepth how deep archives and mails may lie in one another
 */
public record ParseLimits(
    long maxFileBytes,
    int maxTextChars,
    Duration timeout,
    int heapMegabytes,
    int processes,
    int maxParts,
    long maxUnpackedBytes,
    int maxDepth) {

  /** What most archives of documents need. */
  public static final ParseLimits DEFAULT =
      new ParseLimits(100L << 20, 20_000_000, Duration.ofMinutes(1), 512, 2, 10_000, 1L << 30, 3);

  public ParseLimits {
    if (maxFileBytes < 1
        || maxTextChars < 1
        || timeout.toMillis() < 1
        || heapMegabytes < 32
        || processes < 1
        || maxParts < 1
        || maxUnpackedBytes < 1
        || maxDepth < 0) {
      throw new IllegalArgumentException(
          "A limit of parsing is too small: every one is at least 1, maxDepth at least 0 and"
              + " heapMegabytes at least 32.");
    }
  }
}
