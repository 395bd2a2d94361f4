package io.turnmill.chunk;

import io.turnmill.document.DocumentText;
import io.turnmill.document.Span;
import java.util.List;

/**
 * Cuts texts into {@link Chunk}s. Without their overlaps, the chunks of a text are exactly the
 * text.
 *
 * <p><b>Where.</b> A chunk is cut at the best place in the second half of what fits: at a turn's
 * beginning, before a heading (the higher, the better), between paragraphs, after a line, a
 * sentence, a clause, a word, a character as people see it (a grapheme cluster); among equals at
 * the last one. A line break within a sentence is not the end of a line. Turns of a conversation,
 * tables and rows of tables that fit are never cut, and a heading stays with what comes after it.
 * What would be left as a small last chunk is shared between the last two.
 *
 * <p><b>Overlap.</b> A chunk repeats the last tokens of the one before, from the first beginning of
 * a turn, else of a sentence, else of a word among them. It never repeats what stands before the
 * last heading: a chunk that begins with a heading repeats nothing, as with splitters that cut a
 * text into sections first. It repeats less where a table or a turn would not fit otherwise, and
 * nothing where no word begins.
 *
 * <p><b>Limits.</b> A chunk's own text has at most {@link ChunkSettings#maxTokens()} tokens. A
 * grapheme cluster with more is cut between its code points; a single code point with more is a
 * chunk that is too long, which takes a maximum of a few tokens. A chunk has at most 64 {@code
 * char}s for each token of the maximum, too, because a tokenizer may make no token of white space
 * and a single one of a very long word.
 *
 * <p>Time and memory are linear in the text. Instances are immutable.
 */
public final class Chunker {
  private final ChunkSettings settings;
  private final TokenCounter counter;

  public Chunker(ChunkSettings settings, TokenCounter counter) {
    this.settings = settings;
    this.counter = counter;
  }

  /**
   * The chunks of a document, in order; none if its text is blank. A chunk is blank only where
   * there is more white space at one place than fits into a chunk.
   */
  public List<Chunk> chunks(DocumentText document) {
    String text = document.text();
    if (Blank.from(text, 0) == text.length()) {
      return List.of();
    }
    ChunkMaker maker = new ChunkMaker(settings, counter, document);
    Span whole = new Span(0, text.length());
    return maker.fits(whole)
        ? List.of(maker.chunk(0, whole, 0, counter.count(text)))
        : new DocumentCutter(maker, counter, document).chunks();
  }
}
