package io.turnmill.job.prepare;

import io.turnmill.job.rows.CodeCounts;
import io.turnmill.job.rows.StagedBucket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The books of reading and grouping, counted on the staged rows themselves, so that retried tasks
 * do not count twice. Every record of the archive is in a session, in a rejected session, or
 * rejected alone: {@code records} is the sum of the three.
 *
 * @param records read from the archive; files that could not be read further are not among them
 * @param contents of the sessions that are put to the model
 * @param rejectedMessages left out of these sessions
 * @param rejected what was rejected, by scope and code, the commonest first
 * @param lostShare share of the text that lies in files that could not be read, from 0 to 1
 */
public record Counts(
    long records,
    StagedBucket.Contents contents,
    long rejectedMessages,
    List<RejectedCount> rejected,
    double lostShare) {
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

  /** The same, of an archive in which so much is lost. */
  public Counts losing(double share) {
    return new Counts(records, contents, rejectedMessages, rejected, share);
  }

  /** Sessions that are put to the model. */
  public long sessions() {
    return contents.sessions();
  }

  /** Messages of these sessions. */
  public long messages() {
    return contents.messages();
  }

  /** Characters of these messages, in code points. */
  public long characters() {
    return contents.characters();
  }

  /** Sessions that were seen: those that are put to the model and those rejected as a whole. */
  public long sessionsSeen() {
    return sessions() + rejectedOf("session");
  }

  public long rejectedOf(String scope) {
    return rejected.stream()
        .filter(row -> row.scope().equals(scope))
        .mapToLong(RejectedCount::count)
        .sum();
  }

  /** What was rejected, by scope and code. */
  public Map<String, Map<String, Long>> rejectedByScope() {
    Map<String, Map<String, Long>> all = new TreeMap<>();
    rejected.forEach(row -> CodeCounts.add(all, row.scope(), row.code(), row.count()));
    return all;
  }

  /** The sum of parts, one after another. Takes room for codes, not for parts. */
  static final class Sum {
    private StagedBucket.Contents contents = StagedBucket.Contents.NONE;
    private final Map<String, Map<String, Long>> rejected = new TreeMap<>();
    private long records;
    private long rejectedMessages;

    void add(StagedPart part) {
      contents = contents.plus(part.bucket().contents());
      CodeCounts.addTo(rejected, part.bucket().rejected());
      records += part.records();
      rejectedMessages += part.rejectedMessages();
    }

    Counts counts() {
      return new Counts(records, contents, rejectedMessages, commonestFirst(rejected), 0);
    }
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
