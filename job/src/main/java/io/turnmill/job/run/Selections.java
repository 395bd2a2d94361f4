package io.turnmill.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.turnmill.clean.CleanCounts;
import io.turnmill.job.prepare.Counts;
import io.turnmill.job.report.Totals.Selection;
import java.util.LinkedHashMap;
import java.util.Map;

/** What sampling and cleaning did, for people and for the manifest. */
final class Selections {
  static final String LEFT_OUT = "left_out";
  static final String TO_BE_ANSWERED = "to_be_answered";
  static final String UNASKED_MESSAGES = "unasked_messages";
  static final String CLEANED = "cleaned";

  private Selections() {}

  static Selection of(Counts staged) {
    Counts.Changes changes = staged.changes();
    return new Selection(
        changes.leftOut(),
        staged.sessions(),
        changes.unaskedMessages(),
        cleaned(changes.cleaned(), changes.copies()));
  }

  private static Map<String, Long> cleaned(CleanCounts counts, long copies) {
    Map<String, Long> cleaned = new LinkedHashMap<>();
    cleaned.put("sessions", counts.sessions());
    cleaned.put("unicode", counts.unicode());
    cleaned.put("whitespace", counts.whitespace());
    cleaned.put("dropped_messages", counts.dropped());
    cleaned.put("merged_messages", counts.merged());
    cleaned.put("copies", copies);
    return cleaned;
  }

  /** Adds it to the counts of the manifest. */
  static void addTo(Map<String, Object> books, Selection selection) {
    books.put(LEFT_OUT, selection.leftOut());
    books.put(TO_BE_ANSWERED, selection.toBeAnswered());
    books.put(UNASKED_MESSAGES, selection.unaskedMessages());
    books.put(CLEANED, selection.cleaned());
  }

  /** Reads what {@link #addTo} wrote. */
  static Selection of(JsonNode books) {
    Map<String, Long> cleaned = new LinkedHashMap<>();
    books
        .path(CLEANED)
        .properties()
        .forEach(step -> cleaned.put(step.getKey(), step.getValue().asLong()));
    return new Selection(
        books.path(LEFT_OUT).asLong(),
        books.path(TO_BE_ANSWERED).asLong(),
        books.path(UNASKED_MESSAGES).asLong(),
        cleaned);
  }
}
