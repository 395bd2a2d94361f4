package io.turnmill.job.config;

import io.turnmill.clean.SampleRule;
import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Range;
import io.turnmill.job.config.Declare.Words;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/** Which of the sessions that pass the checks are taken; the others are left out and counted. */
public record SampleConfig(
    @Doc("About which share of the sessions is taken.") @Default("1") @Range(above = 0, to = 1)
        double fraction,
    @Doc("How many sessions are taken at most, for each value of sample.by; 0: all.")
        @Default("0")
        @Range(from = 0)
        int n,
    @Doc(
            "Another seed takes other sessions; with the same one a larger sample has the sessions"
                + " of a smaller one.")
        @Default("0")
        long seed,
    @Doc(
            "Of what sample.n counts the values, so that each has as many sessions: tenant, a name"
                + " that is in input.carry, session.length (from a power of two of characters to"
                + " the next), session.language (the script of most letters), or"
                + " session.length_and_language. Empty: n sessions in all.")
        @Default("")
        @Words("field name")
        String by)
    implements Serializable {
  /** All sessions are taken. */
  public static final SampleConfig ALL = new SampleConfig(1, 0, 0, "");

  /** What the groups are of which each has {@code n} sessions. */
  public enum Grouping {
    /** All sessions are one group. */
    NONE(""),
    TENANT("tenant"),
    LENGTH("session.length"),
    LANGUAGE("session.language"),
    LENGTH_AND_LANGUAGE("session.length_and_language"),
    /** By a field that is carried. */
    FIELD("");

    private final String name;

    Grouping(String name) {
      this.name = name;
    }

    /** The values of {@code sample.by} that are no names of fields. */
    static List<String> names() {
      return Stream.of(values()).map(one -> one.name).filter(name -> !name.isEmpty()).toList();
    }
  }

  /** Which sessions the fraction takes, and in which order sessions are taken. */
  public SampleRule rule() {
    return new SampleRule(fraction, seed);
  }

  /** Whether any session may be left out. */
  public boolean leavesOut() {
    return fraction < 1 || n > 0;
  }

  /** What {@code by} says. */
  public Grouping grouping() {
    return Stream.of(Grouping.values())
        .filter(one -> one != Grouping.FIELD && one.name.equals(by))
        .findFirst()
        .orElse(Grouping.FIELD);
  }
}
