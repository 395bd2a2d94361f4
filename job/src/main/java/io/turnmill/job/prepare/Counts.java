package io.turnmill.job.prepare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/**
 * The books of reading and grouping, counted on the staged rows themselves, so that neither retried
 * nor speculative tasks count twice. Every record of the archive is in a session, in a rejected
 * session, or rejected alone: {@code records} is the sum of the three.
 *
 * @param records read from the archive; files that could not be read further are not among them
 * @param sessions that go on to the model
 * @param messages of these sessions
 * @param rejectedMessages left out of these sessions
 * @param characters of these messages, in code points
 * @param rejected what was rejected, by scope and code, the commonest first
 */
public record Counts(
    long records,
    long sessions,
    long messages,
    long rejectedMessages,
    long characters,
    List<RejectedCount> rejected) {
  public Counts {
    rejected = List.copyOf(rejected);
  }

  /**
   * How often one thing was rejected for one reason.
   *
   * @param scope wire name of a {@link io.turnmill.session.Scope}
   * @param code wire name of a {@link io.turnmill.session.RejectionCode}
   */
  public record RejectedCount(String scope, String code, long count) {}

  /** Sessions that were seen: those that go on and those rejected as a whole. */
  public long sessionsSeen() {
    return sessions + rejectedOf("session");
  }

  public long rejectedOf(String scope) {
    return rejected.stream()
        .filter(row -> row.scope().equals(scope))
        .mapToLong(RejectedCount::count)
        .sum();
  }

  /** The sum of all groups. */
  static Counts of(StagedGroups groups) {
    long records = 0;
    long sessions = 0;
    long messages = 0;
    long rejectedMessages = 0;
    long characters = 0;
    Map<String, Map<String, Long>> rejected = new TreeMap<>();
    for (Row group : groups.rows()) {
      long rows = group.<Long>getAs("rows");
      records += group.<Long>getAs("record_count");
      if (group.getAs("scope") != null) {
        rejected
            .computeIfAbsent(group.getAs("scope"), scope -> new TreeMap<>())
            .merge(group.<String>getAs("code"), rows, Long::sum);
        continue;
      }
      sessions += rows;
      messages += group.<Long>getAs("message_count");
      rejectedMessages += group.<Long>getAs("rejected_messages");
      characters += group.<Long>getAs("char_count");
    }
    return new Counts(
        records, sessions, messages, rejectedMessages, characters, commonestFirst(rejected));
  }

  private static List<RejectedCount> commonestFirst(Map<String, Map<String, Long>> rejected) {
    List<RejectedCount> counts = new ArrayList<>();
    rejected.forEach(
        (scope, codes) ->
            codes.forEach((code, rows) -> counts.add(new RejectedCount(scope, code, rows))));
    counts.sort(
        Comparator.comparingLong(RejectedCount::count)
            .reversed()
            .thenComparing(RejectedCount::scope)
            .thenComparing(RejectedCount::code));
    return counts;
  }
}
