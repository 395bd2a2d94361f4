package io.turnmill.job.rows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.turnmill.document.DocumentText;
import io.turnmill.document.Heading;
import io.turnmill.document.Span;
import java.util.List;

/**
 * The column {@link StagedRows#STRUCTURE}: of a document what is known of its text, of a chunk
 * where it stands.
 */
public final class StructureJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StructureJson() {}

  /** What a {@link DocumentText} holds besides the text, which stands in a column of its own. */
  private record Structure(
      List<Heading> headings, List<Integer> pages, List<Span> tables, List<Integer> turns) {}

  /**
   * Where a chunk stands.
   *
   * @param start the place of its first character in the text of the item, in code points
   * @param end the place after its last one
   * @param overlap how many of its first characters are also in the chunk before, in code points
   * @param tokens how many tokens it has
   * @param firstPage the page on which it begins, from 1; 0 where there are no pages
   * @param firstTurn the turn of the session in which it begins; -1 for a document
   * @param textFrom the place of its text in what is asked about, in {@code char}s: its headings
   *     may stand before it
   */
  public record ChunkPlace(
      int number,
      int start,
      int end,
      int overlap,
      int tokens,
      int firstPage,
      int lastPage,
      int firstTurn,
      int lastTurn,
      List<String> headings,
      int textFrom) {

    /** As the column holds it. */
    public String json() {
      return write(this);
    }

    static ChunkPlace of(String json) {
      return read(json, ChunkPlace.class);
    }
  }

  /** The structure of a document as the column holds it. */
  public static String of(DocumentText text) {
    return write(new Structure(text.headings(), text.pages(), text.tables(), text.turns()));
  }

  /** A document's text with its structure. */
  public static DocumentText text(String text, String json) {
    Structure structure = read(json, Structure.class);
    return new DocumentText(
        text, structure.headings(), structure.pages(), structure.tables(), structure.turns());
  }

  private static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A structure is not JSON. This is a bug.", e);
    }
  }

  private static <T> T read(String json, Class<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A staged structure cannot be read. This is a bug.", e);
    }
  }
}
