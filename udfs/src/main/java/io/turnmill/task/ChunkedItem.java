package io.turnmill.task;

import java.util.List;
import java.util.Map;

/**
 * A document, or a session that is too long to be asked about at once, with what a task made of its
 * chunks, so that one result can be made of them.
 *
 * @param <A> what the task makes of one chunk
 * @param id the id of the document or of the session
 * @param fields what is known of it besides its text, by name
 * @param chunks all its chunks, in order; at least one
 */
public record ChunkedItem<A>(String id, Map<String, String> fields, List<ChunkAnswer<A>> chunks) {

  public ChunkedItem {
    fields = Map.copyOf(fields);
    chunks = List.copyOf(chunks);
    if (chunks.isEmpty()) {
      throw new IllegalArgumentException("An item without chunks.");
    }
  }

  /** Tells identity and size only, because the text of chunks never reaches a log. */
  @Override
  public String toString() {
    return "ChunkedItem[" + id + ", chunks=" + chunks.size() + "]";
  }
}
