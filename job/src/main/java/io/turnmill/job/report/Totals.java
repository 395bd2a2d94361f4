package io.turnmill.job.report;

import io.turnmill.session.RejectionCode;
import io.turnmill.session.Scope;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The books of a run.
 *
 * @param sessionsIn sessions found in the input
 * @param sessionsOk sessions of which the task has a result
 * @param sessionsRejected sessions that did not pass a check
 * @param sessionsFailed sessions whose inference failed
 * @param recordsRejected records, messages and files that did not pass a check, outside of rejected
 *     sessions
 * @param lostShare share of the text in files that could not be read, from 0 to 1
 * @param messages messages in the sessions that the model was to be asked
 * @param selection what sampling and cleaning did
 * @param counters what the task counts, by name
 * @param elapsed time of the whole run
 * @param rejectedByScope rows of the {@code rejected} table by scope and code
 * @param failedByCode failed sessions by error code
 */
public record Totals(
    long sessionsIn,
    long sessionsOk,
    long sessionsRejected,
    long sessionsFailed,
    long recordsRejected,
    double lostShare,
    long messages,
    Selection selection,
    Map<String, Long> counters,
    Duration elapsed,
    Map<String, Map<String, Long>> rejectedByScope,
    Map<String, Long> failedByCode) {
  private static final List<String> DUPLICATES =
      List.of(
          RejectionCode.DUPLICATE_SESSION.wireName(),
          RejectionCode.NEAR_DUPLICATE_SESSION.wireName());

  /** Nothing was read. */
  public static final Totals NONE =
      new Totals(
          0, 0, 0, 0, 0, 0, 0, Selection.all(0), Map.of(), Duration.ZERO, Map.of(), Map.of());

  public Totals {
    counters = Collections.unmodifiableMap(new LinkedHashMap<>(counters));
    rejectedByScope = Map.copyOf(rejectedByScope);
    failedByCode = Map.copyOf(failedByCode);
  }

  /**
   * What sampling and cleaning did before the model was asked.
   *
   * @param leftOut sessions that are not in the sample
   * @param toBeAnswered sessions that were to get a result, by the model or by copy
   * @param unaskedMessages messages of sessions that are left out or get a copy
   * @param cleaned how much each step of cleaning changed, by name
   */
  public record Selection(
      long leftOut, long toBeAnswered, long unaskedMessages, Map<String, Long> cleaned) {
    public Selection {
      cleaned = Collections.unmodifiableMap(new LinkedHashMap<>(cleaned));
    }

    /** All sessions were taken as they are. */
    public static Selection all(long toBeAnswered) {
      return new Selection(0, toBeAnswered, 0, Map.of());
    }
  }

  /** Sessions and documents together, as far as rows of tables are concerned. */
  public Totals plus(Totals documents) {
    return new Totals(
        sessionsIn + documents.sessionsIn,
        sessionsOk + documents.sessionsOk,
        sessionsRejected + documents.sessionsRejected,
        sessionsFailed + documents.sessionsFailed,
        recordsRejected + documents.recordsRejected,
        lostShare,
        messages,
        selection,
        counters,
        elapsed,
        both(rejectedByScope, documents.rejectedByScope),
        sum(failedByCode, documents.failedByCode));
  }

  private static Map<String, Map<String, Long>> both(
      Map<String, Map<String, Long>> one, Map<String, Map<String, Long>> other) {
    Map<String, Map<String, Long>> both = new TreeMap<>(one);
    other.forEach((scope, codes) -> both.merge(scope, codes, Totals::sum));
    return both;
  }

  private static Map<String, Long> sum(Map<String, Long> one, Map<String, Long> other) {
    Map<String, Long> sum = new TreeMap<>(one);
    other.forEach((code, rows) -> sum.merge(code, rows, Long::sum));
    return sum;
  }

  /** Sessions that were rejected as duplicates, because a setting asks for that. */
  public long sessionsRejectedAsDuplicates() {
    Map<String, Long> codes = rejectedByScope.getOrDefault(Scope.SESSION.wireName(), Map.of());
    return DUPLICATES.stream().mapToLong(code -> codes.getOrDefault(code, 0L)).sum();
  }

  /** Sessions that were rejected for other reasons than that they are duplicates, by code. */
  public Map<String, Long> sessionsRejectedByCode() {
    Map<String, Long> codes = new TreeMap<>(rejectedByCode(scope -> scope == Scope.SESSION));
    codes.keySet().removeAll(DUPLICATES);
    return codes;
  }

  /** What the task counts under a name; 0 where it does not. */
  public long counter(String name) {
    return counters.getOrDefault(name, 0L);
  }

  /** Sessions, and what was rejected by itself, by code; not messages that lost their time. */
  public Map<String, Long> rejectedByCode() {
    return rejectedByCode(scope -> scope != Scope.TIMESTAMP);
  }

  /** What was rejected in some scopes, by code. */
  public Map<String, Long> rejectedByCode(Predicate<Scope> scopes) {
    Map<String, Long> all = new TreeMap<>();
    for (Scope scope : Scope.values()) {
      if (scopes.test(scope)) {
        rejectedByScope
            .getOrDefault(scope.wireName(), Map.of())
            .forEach((code, rows) -> all.merge(code, rows, Long::sum));
      }
    }
    return all;
  }

  /** Messages that lost their time, which could not be read, and nothing else. */
  public long unreadTimes() {
    return rejectedByCode(scope -> scope == Scope.TIMESTAMP).values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /** Whether the table {@code rejected} has no rows. */
  public boolean hasNoRejections() {
    return rejectedByScope.values().stream().allMatch(Map::isEmpty);
  }

  /** Whether every session that went in came out once. */
  public boolean balanced() {
    return sessionsIn == sessionsOk + sessionsRejected + sessionsFailed + selection.leftOut();
  }
}
