package io.turnmill.job.rows;

import io.turnmill.document.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;

/**
 * Where the chunks of an item stand in its text, in {@code char}s; their rows tell places in code
 * points.
 */
final class ChunkSpans {
  private final List<Row> chunks;
  private final List<Span> spans;

  private ChunkSpans(List<Row> chunks, List<Span> spans) {
    this.chunks = chunks;
    this.spans = spans;
  }

  /**
   * The spans of an item's chunks, which are in order and leave nothing of its text out.
   *
   * @param item as {@link StagedRows#chunked} describes it
   */
  static ChunkSpans of(Row item) {
    List<Row> chunks = item.getList(item.fieldIndex(StagedRows.CHUNKS));
    List<Span> spans = new ArrayList<>(chunks.size());
    int end = 0;
    for (Row chunk : chunks) {
      String text = chunk.getAs("text");
      int from = end - text.offsetByCodePoints(0, chunk.<Integer>getAs("overlap"));
      end = from + text.length();
      spans.add(new Span(from, end));
    }
    return new ChunkSpans(chunks, spans);
  }

  /** The span of the chunk of a number. */
  Span get(int number) {
    return spans.get(number);
  }

  /**
   * A place in code points; empty for a copy, which has no chunks of its own.
   *
   * @param place in {@code char}s of the item's text
   */
  OptionalInt codePoint(int place) {
    int number = spans.size() - 1;
    while (number >= 0 && spans.get(number).from() > place) {
      number--;
    }
    if (number < 0) {
      return OptionalInt.empty();
    }
    Row chunk = chunks.get(number);
    String before = chunk.<String>getAs("text").substring(0, place - spans.get(number).from());
    int start = chunk.<Integer>getAs("start");
    return OptionalInt.of(start + before.codePointCount(0, before.length()));
  }
}
