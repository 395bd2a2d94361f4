package io.turnmill.job.prepare;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A session of which it is known how long it is, and no more.
 *
 * @param number its number by the seed of the draw, which no other session has
 * @param characters of its messages, in code points
 */
public record NumberedSession(long number, long characters)
    implements Comparable<NumberedSession>, Serializable {
  private static final long serialVersionUID = 1L;

  private static final Comparator<NumberedSession> ORDER =
      Comparator.comparingLong(NumberedSession::number)
          .thenComparingLong(NumberedSession::characters);

  @Override
  public int compareTo(NumberedSession other) {
    return ORDER.compare(this, other);
  }
}
