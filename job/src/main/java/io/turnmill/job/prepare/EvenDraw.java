package io.turnmill.job.prepare;

import io.turnmill.clean.SampleRule;
import java.io.Serializable;

/**
 * How sessions are drawn for a trial: evenly from the groups of length and language, so that short
 * and long ones of each language are among them however rare they are.
 *
 * @param sessions how many are drawn, at least 1; all, if there are fewer
 * @param seed another seed draws others
 */
public record EvenDraw(int sessions, long seed) implements Serializable {
  private static final long serialVersionUID = 1L;

  public EvenDraw {
    if (sessions < 1) {
      throw new IllegalArgumentException("at least one session is drawn");
    }
  }

  /** Gives each session its number; of a group those with the smallest numbers are drawn. */
  public SampleRule rule() {
    return new SampleRule(1, seed);
  }
}
