package io.turnmill.chunk;

import io.turnmill.document.Span;
import java.util.List;

/**
 * A part of a text that a model is asked about by itself.
 *
 * @param number its place among the chunks of the text, from 0
 * @param span where it stands, in {@code char}s of the text
 * @param overlap how many of its first {@code char}s are also the last ones of the chunk before
 * @param tokens how many tokens the model's tokenizer makes of its text alone
 * @param firstPage the page on which it begins, from 1; 0 where there are no pages
 * @param lastPage the page on which it ends
 * @param headings the words of the headings under which it begins, the highest level first
 */
public record Chunk(
    int number,
    Span span,
    int overlap,
    int tokens,
    int firstPage,
    int lastPage,
    List<String> headings) {

  public Chunk {
    headings = List.copyOf(headings);
    if (overlap < 0 || overlap > span.length()) {
      throw new IllegalArgumentException("A chunk with an overlap of " + overlap + ".");
    }
  }
}
