package io.turnmill.engine;

import java.util.List;

/**
 * What the next forward pass of an encoder computes: different rows, by length, ascending.
 *
 * @param padded whether every row takes as much room as the longest
 */
record TextPlan(List<Lot> lots, boolean padded) {

  /** A row and the texts that have it; at least one. */
  record Lot(TextRow row, List<WaitingText> texts) {
    int tokens() {
      return row.ids().size();
    }
  }

  TextPlan {
    lots = List.copyOf(lots);
  }

  boolean isEmpty() {
    return lots.isEmpty();
  }

  List<TextRow> rows() {
    return lots.stream().map(Lot::row).toList();
  }

  /** Of all rows. */
  long tokens() {
    return lots.stream().mapToLong(Lot::tokens).sum();
  }

  /** Of all rows, padding included. */
  long size() {
    return padded && !isEmpty()
        ? (long) lots.size() * lots.get(lots.size() - 1).tokens()
        : tokens();
  }
}
