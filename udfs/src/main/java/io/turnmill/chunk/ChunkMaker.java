package io.turnmill.chunk;

import io.turnmill.document.DocumentText;
import io.turnmill.document.Span;
import java.util.Arrays;

/** Makes chunks of one document, and says what fits into one. */
final class ChunkMaker {
  /** At most this part of a chunk is left free for the path of its headings. */
  private static final int ROOM_SHARE = 4;

  private final ChunkSettings settings;
  private final TokenCounter counter;
  private final String text;
  private final Outline outline;

  /** How many tokens are left free under each heading; -1 until that is known. */
  private final int[] room;

  ChunkMaker(ChunkSettings settings, TokenCounter counter, DocumentText document) {
    this.settings = settings;
    this.counter = counter;
    text = document.text();
    outline = new Outline(document);
    room = new int[document.headings().size()];
    Arrays.fill(room, -1);
  }

  ChunkSettings settings() {
    return settings;
  }

  Outline outline() {
    return outline;
  }

  /** The most tokens of a chunk whose new text begins at a place. */
  int most(int place) {
    int heading = settings.roomForHeadings() ? outline.heading(place) : Outline.NONE;
    if (heading == Outline.NONE) {
      return settings.maxTokens();
    }
    if (room[heading] < 0) {
      int path = counter.count(EmbedText.prefix(outline.path(heading)));
      room[heading] = Math.min(path, settings.maxTokens() / ROOM_SHARE);
    }
    return settings.maxTokens() - room[heading];
  }

  /** Whether a part of the text can be a chunk. */
  boolean fits(Span span) {
    return span.length() <= settings.maxChars()
        && count(span.from(), span.to()) <= most(span.from());
  }

  int count(int from, int to) {
    return counter.count(text.substring(from, to));
  }

  Chunk chunk(int number, Span span, int overlap, int tokens) {
    return new Chunk(
        number,
        span,
        overlap,
        tokens,
        outline.page(span.from()),
        outline.page(span.to() - 1),
        outline.path(outline.heading(span.from())));
  }
}
