package io.turnmill.engine.encode;

import io.turnmill.inference.Outcome.Vector;
import io.turnmill.inference.TextRow;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The vectors of short texts that were computed lately, because texts such as "thank you" come
 * again in every window. When there is no room, the vector that was used longest ago is removed.
 * Owned by the engine thread.
 */
final class VectorMemo {
  /** The longest text that is kept, in tokens: longer ones seldom come again. */
  static final int LONGEST = 32;

  /** About how much heap an entry takes with a row of {@value #LONGEST} tokens, in bytes. */
  private static final int ENTRY_BYTES = 600;

  private final Map<TextRow, Vector> vectors;

  /**
   * @param limitBytes about how much heap the vectors may take; 0 keeps none
   * @param width how many numbers a vector has
   */
  VectorMemo(long limitBytes, int width) {
    long entries = limitBytes / (ENTRY_BYTES + (long) Float.BYTES * width);
    this.vectors =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<TextRow, Vector> eldest) {
            return size() > entries;
          }
        };
  }

  Optional<Vector> find(TextRow row) {
    return row.ids().size() > LONGEST ? Optional.empty() : Optional.ofNullable(vectors.get(row));
  }

  void keep(TextRow row, Vector vector) {
    if (row.ids().size() <= LONGEST) {
      vectors.put(row, vector);
    }
  }
}
