package io.turnmill.engine.encode;

import io.turnmill.engine.encode.TextPlan.UniqueText;
import io.turnmill.inference.Integrity;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.TextRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The texts that are put in order of length and computed together. Texts with the same row (same
 * ids, types and prompt) are one unique text, which is computed once. Owned by the engine thread.
 */
final class TextWindow {
  private final boolean padded;

  /** The rows that are not computed yet, by length, ascending. */
  private List<UniqueText> uniqueTexts = new ArrayList<>();

  TextWindow(boolean padded) {
    this.padded = padded;
  }

  boolean isEmpty() {
    return uniqueTexts.isEmpty();
  }

  int texts() {
    return uniqueTexts.stream().mapToInt(unique -> unique.texts().size()).sum();
  }

  /** Puts texts into an empty window. */
  void fill(List<PendingText> texts) {
    Integrity.check(uniqueTexts.isEmpty(), "a window was filled twice");
    Map<TextRow, UniqueText> byRow = new HashMap<>();
    for (PendingText text : texts) {
      UniqueText unique = byRow.get(text.row());
      if (unique == null) {
        unique = new UniqueText(text.row(), new ArrayList<>());
        byRow.put(text.row(), unique);
        uniqueTexts.add(unique);
      }
      unique.texts().add(text);
    }
    uniqueTexts.sort(Comparator.comparingInt(UniqueText::tokens));
  }

  /**
   * Plans a pass of the shortest rows, as many as fit into {@code budget} tokens (padding included
   * where rows are padded), at least one. They stay in the window until {@link #remove}.
   */
  TextPlan plan(int budget) {
    long tokens = 0;
    int rows = 0;
    while (rows < uniqueTexts.size()) {
      int next = uniqueTexts.get(rows).tokens();
      tokens = padded ? (rows + 1L) * next : tokens + next;
      if (rows > 0 && tokens > budget) {
        break;
      }
      rows++;
    }
    return new TextPlan(uniqueTexts.subList(0, rows), padded);
  }

  /** Removes the rows of the latest plan, which are done. */
  void remove(TextPlan plan) {
    Integrity.check(
        plan.uniqueTexts().equals(uniqueTexts.subList(0, plan.uniqueTexts().size())),
        "a plan is not the latest one");
    uniqueTexts.subList(0, plan.uniqueTexts().size()).clear();
  }

  /** Takes out all texts of one feed and returns how many they were. */
  int withdraw(Mailbox owner) {
    int before = texts();
    uniqueTexts.forEach(unique -> unique.texts().removeIf(text -> text.owner() == owner));
    uniqueTexts.removeIf(unique -> unique.texts().isEmpty());
    return before - texts();
  }

  void verifyIntegrity() {
    Set<TextRow> rows = new HashSet<>();
    int last = 0;
    for (UniqueText unique : uniqueTexts) {
      Integrity.check(!unique.texts().isEmpty(), "a unique text has no text");
      Integrity.check(
          unique.tokens() >= Math.max(1, last), "unique texts are not in order of length");
      Integrity.check(rows.add(unique.row()), "two unique texts have one row");
      for (PendingText text : unique.texts()) {
        Integrity.check(
            text.row().equals(unique.row()), "a text has another row than its unique text");
      }
      last = unique.tokens();
    }
  }
}
