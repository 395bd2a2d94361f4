package io.turnmill.job.prepare;

import io.turnmill.clean.CleanCounts;
import io.turnmill.job.rows.CodeCounts;
import io.turnmill.job.rows.StagedBucket;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The counts of reading and grouping. They are counted on the staged rows themselves, so that
 * retried tasks do not count twice. Every record of the archive is in a session, in a rejected
 * session, in one that is left out of the sample, or rejected alone: {@code records} is the sum of
 * the four.
 *
 * @param records how many records were read from the archive; the unread part of a damaged file is
 *     not one of them
 * @param contents the sizes of the sessions that the model is asked
 * @param rejectedMessages how many messages were left out of these sessions
 * @param rejected how often something was rejected, by scope and code, the most frequent first
 * @param changes what sampling and cleaning have done
 * @param lostShare the share of the text that is in files that could not be read, from 0 to 1
 */
public record Counts(
    long records,
    StagedBucket.Contents contents,
    long rejectedMessages,
    List<RejectedCount> rejected,
    Changes changes,
    double lostShare) {
  public Counts {
    rejected = List.copyOf(rejected);
  }

  /**
   * How often something of one scope was rejected with one code.
   *
   * @param scope the wire name of a {@link io.turnmill.session.Scope}
   * @param code the wire name of a {@link io.turnmill.session.RejectionCode}
   */
  public record RejectedCount(String scope, String code, long count) {}

  /**
   * What sampling and cleaning have done to sessions.
   *
   * @param leftOut how many sessions are left out of the sample
   * @param copies how many sessions get the result of another one by copy
   * @param unaskedMessages how many messages these two have
   * @param cleaned how much was changed in the sessions that are not left out
   */
  public record Changes(long leftOut, long copies, long unaskedMessages, CleanCounts cleaned)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    public static final Changes NONE = new Changes(0, 0, 0, CleanCounts.NONE);

    static Changes leftOut(long messages) {
      return new Changes(1, 0, messages, CleanCounts.NONE);
    }

    static Changes copy(long messages) {
      return new Changes(0, 1, messages, CleanCounts.NONE);
    }

    static Changes cleaned(CleanCounts cleaned) {
      return new Changes(0, 0, 0, cleaned);
    }

    Changes plus(Changes more) {
      return new Changes(
          leftOut + more.leftOut,
          copies + more.copies,
          unaskedMessages + more.unaskedMessages,
          cleaned.plus(more.cleaned));
    }
  }

  /** The same counts, for an archive of which this share is lost. */
  public Counts losing(double share) {
    return new Counts(records, contents, rejectedMessages, rejected, changes, share);
  }

  /** How many sessions get a result, from the model or by copy. */
  public long sessions() {
    return contents.sessions();
  }

  /** The same counts, of which other sessions are asked. */
  Counts with(StagedBucket.Contents asked) {
    return new Counts(records, asked, rejectedMessages, rejected, changes, lostShare);
  }

  /** How many sessions the model is asked. */
  public long asked() {
    return sessions() - changes.copies();
  }

  /** How many messages these sessions have. */
  public long messages() {
    return contents.messages();
  }

  /** How many characters these messages have, in code points. */
  public long characters() {
    return contents.characters();
  }

  /** How many sessions come out: those that get a result and those rejected as a whole. */
  public long sessionsTaken() {
    return sessions() + CodeCounts.items(rejectedByScope());
  }

  /** How many sessions were found: those that come out and those left out of the sample. */
  public long sessionsSeen() {
    return sessionsTaken() + changes.leftOut();
  }

  public long rejectedOf(String scope) {
    return rejected.stream()
        .filter(row -> row.scope().equals(scope))
        .mapToLong(RejectedCount::count)
        .sum();
  }

  /** How often something was rejected, by scope and code. */
  public Map<String, Map<String, Long>> rejectedByScope() {
    Map<String, Map<String, Long>> all = new TreeMap<>();
    rejected.forEach(row -> CodeCounts.add(all, row.scope(), row.code(), row.count()));
    return all;
  }

  /** Adds up parts, one after another. Its memory depends on the number of codes, not of parts. */
  static final class Sum {
    private StagedBucket.Contents contents = StagedBucket.Contents.NONE;
    private final Map<String, Map<String, Long>> rejected = new TreeMap<>();
    private Changes changes = Changes.NONE;
    private long records;
    private long rejectedMessages;

    void add(StagedPart part) {
      changes = changes.plus(part.changes());
      contents = contents.plus(part.bucket().contents());
      CodeCounts.addTo(rejected, part.bucket().rejected());
      records += part.records();
      rejectedMessages += part.rejectedMessages();
    }

    Counts counts() {
      return new Counts(records, contents, rejectedMessages, commonestFirst(rejected), changes, 0);
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
