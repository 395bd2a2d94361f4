package io.turnmill.engine;

import io.turnmill.engine.TextPlan.Lot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The texts that are put in order of length together. Texts with the same row (same ids, types and
 * prompt) are one lot, which is computed once. Owned by the engine thread.
 */
final class TextWindow {
  private final boolean padded;

  /** By length, ascending. */
  private List<Lot> lots = new ArrayList<>();

  TextWindow(boolean padded) {
    this.padded = padded;
  }

  boolean isEmpty() {
    return lots.isEmpty();
  }

  int texts() {
    return lots.stream().mapToInt(lot -> lot.texts().size()).sum();
  }

  /** Puts texts into an empty window. */
  void fill(List<WaitingText> texts) {
    Integrity.check(lots.isEmpty(), "a window was filled twice");
    Map<TextRow, Lot> byRow = new HashMap<>();
    for (WaitingText text : texts) {
      Lot lot = byRow.get(text.row());
      if (lot == null) {
        lot = new Lot(text.row(), new ArrayList<>());
        byRow.put(text.row(), lot);
        lots.add(lot);
      }
      lot.texts().add(text);
    }
    lots.sort(Comparator.comparingInt(Lot::tokens));
  }

  /**
   * The next pass: the shortest rows, as many as fit into {@code budget} tokens (padding included
   * where rows are padded), at least one. They stay in the window until {@link #remove}.
   */
  TextPlan plan(int budget) {
    long tokens = 0;
    int rows = 0;
    while (rows < lots.size()) {
      int next = lots.get(rows).tokens();
      tokens = padded ? (rows + 1L) * next : tokens + next;
      if (rows > 0 && tokens > budget) {
        break;
      }
      rows++;
    }
    return new TextPlan(lots.subList(0, rows), padded);
  }

  /** The rows of the latest plan are done. */
  void remove(TextPlan plan) {
    Integrity.check(
        plan.lots().equals(lots.subList(0, plan.lots().size())), "a plan is not the latest one");
    lots.subList(0, plan.lots().size()).clear();
  }

  /** Takes out all of one feed and says how many they were. */
  int withdraw(Mailbox<?> owner) {
    int before = texts();
    lots.forEach(lot -> lot.texts().removeIf(text -> text.owner() == owner));
    lots.removeIf(lot -> lot.texts().isEmpty());
    return before - texts();
  }

  void verifyIntegrity() {
    Set<TextRow> rows = new HashSet<>();
    int last = 0;
    for (Lot lot : lots) {
      Integrity.check(!lot.texts().isEmpty(), "a lot has no text");
      Integrity.check(lot.tokens() >= Math.max(1, last), "lots are not in order of length");
      Integrity.check(rows.add(lot.row()), "two lots have one row");
      for (WaitingText text : lot.texts()) {
        Integrity.check(text.row().equals(lot.row()), "a text is in another's lot");
      }
      last = lot.tokens();
    }
  }
}
