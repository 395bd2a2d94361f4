package io.turnmill.job.config;

import io.turnmill.clean.SampleRule;
import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Range;
import io.turnmill.job.config.Declare.Words;
import java.io.Serializable;

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
            "Of which field sample.n counts the values, so that each has as many sessions: tenant,"
                + " or a name that is in input.carry. Empty: n sessions in all.")
        @Default("")
        @Words("field name")
        String by)
    implements Serializable {
  static final String TENANT = "tenant";

  /** Which sessions the fraction takes, and in which order sessions are taken. */
  public SampleRule rule() {
    return new SampleRule(fraction, seed);
  }

  /** Whether any session may be left out. */
  public boolean leavesOut() {
    return fraction < 1 || n > 0;
  }

  /** Whether the groups are those of tenants, not of a carried field. */
  public boolean isByTenant() {
    return by.equals(TENANT);
  }
}
