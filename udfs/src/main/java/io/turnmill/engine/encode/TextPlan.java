package io.turnmill.engine.encode;

import io.turnmill.inference.TextRow;
import java.util.List;

/**
 * The rows that the next forward pass of an encoder computes: all different, by length, ascending.
 *
 * @param padded whether every row takes as much room as the longest row
 */
record TextPlan(List<UniqueText> uniqueTexts, boolean padded) {

  /** A row and the texts that have it, at least one. */
  record UniqueText(TextRow row, List<PendingText> texts) {
    int tokens() {
      return row.ids().size();
    }
  }

  TextPlan {
    uniqueTexts = List.copyOf(uniqueTexts);
  }

  boolean isEmpty() {
    return uniqueTexts.isEmpty();
  }

  List<TextRow> rows() {
    return uniqueTexts.stream().map(UniqueText::row).toList();
  }

  /** The tokens of all rows. */
  long tokens() {
    return uniqueTexts.stream().mapToLong(UniqueText::tokens).sum();
  }

  /** The tokens of all rows, padding included. */
  long size() {
    return padded && !isEmpty()
        ? (long) uniqueTexts.size() * uniqueTexts.get(uniqueTexts.size() - 1).tokens()
        : tokens();
  }
}
