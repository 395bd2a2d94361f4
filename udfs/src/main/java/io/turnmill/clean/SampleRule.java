package io.turnmill.clean;

import io.turnmill.session.KeyHash;
import io.turnmill.session.SessionKey;
import java.io.Serializable;

/**
 * Which sessions are in a sample. A session's number depends on the seed and its identity alone, so
 * that a sample is the same however an archive is cut into files and tasks. A larger fraction has
 * all sessions of a smaller one, and the first {@code n} sessions by their numbers are among the
 * first {@code n + 1}.
 *
 * @param fraction about which share of the sessions is taken, from 0 to 1
 * @param seed another seed takes other sessions
 */
public record SampleRule(double fraction, long seed) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Takes every session. */
  public static final SampleRule ALL = new SampleRule(1, 0);

  /** The number of a session, evenly spread over all numbers of 63 bits. */
  public long number(SessionKey key) {
    return TextHash.then(TextHash.mix(seed), KeyHash.of(key)) >>> 1;
  }

  /** Whether the session is in the sample. */
  public boolean takes(SessionKey key) {
    return fraction >= 1 || number(key) < fraction * 0x1p63;
  }
}
