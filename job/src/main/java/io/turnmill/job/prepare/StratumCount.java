package io.turnmill.job.prepare;

import io.turnmill.clean.SessionGroup;
import java.io.Serializable;
import java.util.List;
import java.util.TreeSet;

/**
 * Counts the sessions of one group, and holds those that may be drawn: the ones with the smallest
 * numbers. Whatever the order in which sessions are added, the result is the same. For one thread.
 */
final class StratumCount implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int most;
  private final TreeSet<NumberedSession> smallest = new TreeSet<>();
  private long sessions;
  private long characters;

  /**
   * @param most how many sessions are held
   */
  StratumCount(int most) {
    this.most = most;
  }

  void add(NumberedSession session) {
    sessions++;
    characters += session.characters();
    hold(session);
  }

  /** Adds the sessions of another part of the archive. */
  void add(StratumCount more) {
    sessions += more.sessions;
    characters += more.characters;
    more.smallest.forEach(this::hold);
  }

  private void hold(NumberedSession session) {
    if (smallest.size() < most) {
      smallest.add(session);
    } else if (session.compareTo(smallest.last()) < 0) {
      smallest.add(session);
      smallest.pollLast();
    }
  }

  long sessions() {
    return sessions;
  }

  NumberedSession first() {
    return smallest.first();
  }

  /** The group, of which this many sessions are drawn. */
  Stratum drawn(SessionGroup group, int quota) {
    List<NumberedSession> drawn = smallest.stream().limit(quota).toList();
    return new Stratum(group, sessions, characters, drawn);
  }
}
