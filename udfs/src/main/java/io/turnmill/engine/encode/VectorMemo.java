package io.turnmill.engine.encode;

import io.turnmill.inference.Outcome.Vector;
import io.turnmill.inference.TextRow;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Vectors of short texts that were computed lately: "thank you" is said in every window. The one
 * that was asked for longest ago goes first. Owned by the engine thread.
 */
final class VectorMemo {
  /** Longer texts seldom come again. */
  static final int LONGEST = 32;

  /** About what a row of {@value #LONGEST} tokens and an entry take. */
  private static final int ENTRY_BYTES = 600;

  private final Map<TextRow, Vector> vectors;

  /**
   * @param limitBytes about so much heap; 0 remembers nothing
   * @param width numbers in a vector
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
