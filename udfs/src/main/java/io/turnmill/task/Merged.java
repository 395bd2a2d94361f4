package io.turnmill.task;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The result of an item that was asked about in chunks.
 *
 * @param <M> what the answers about the chunks are merged into
 * @param failed how many chunks have no answer, by the code that says why
 */
public record Merged<M>(M value, SortedMap<String, Integer> failed) {

  public Merged {
    failed = Collections.unmodifiableSortedMap(new TreeMap<>(failed));
  }

  /** Whether chunks are missing in the result. */
  public boolean isPartial() {
    return !failed.isEmpty();
  }
}
