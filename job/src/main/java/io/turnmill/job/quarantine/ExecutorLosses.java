package io.turnmill.job.quarantine;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * At how many deaths of executors each session of a bucket was in flight.
 *
 * @param bySession by {@link io.turnmill.session.KeyHash}; sessions without a death are not there
 */
public record ExecutorLosses(Map<Long, Integer> bySession) {
  public static final ExecutorLosses NONE = new ExecutorLosses(Map.of());

  public ExecutorLosses {
    bySession = Map.copyOf(bySession);
  }

  /**
   * Counts attempts whose notes are still there: they did not end in order.
   *
   * <p>An attempt counts when its executor died and its driver did not. That is so if the driver
   * began another attempt after it, or is the one that asks. A driver's own end leaves notes of
   * attempts that were well: they do not count, except where driver and executor are one process.
   *
   * @param left sessions in flight, by attempt
   * @param now the job that is under way; earlier jobs of its driver are over
   * @param part attempts of the present job at this part are over, as Spark runs no two of them at
   *     once without speculation, which is always off; those of other parts are under way
   */
  static ExecutorLosses count(Map<TaskAttempt, Set<Long>> left, JobAttempt now, int part) {
    Map<Long, Integer> deaths = new HashMap<>();
    left.forEach(
        (attempt, sessions) -> {
          if (isDeath(attempt, left.keySet(), now, part)) {
            sessions.forEach(session -> deaths.merge(session, 1, Integer::sum));
          }
        });
    return new ExecutorLosses(deaths);
  }

  private static boolean isDeath(
      TaskAttempt attempt, Collection<TaskAttempt> all, JobAttempt now, int part) {
    if (attempt.job().equals(now)) {
      return attempt.part() == part;
    }
    return attempt.local()
        || attempt.job().driver().equals(now.driver())
        || all.stream().anyMatch(other -> other.follows(attempt));
  }

  /** The deaths at which one session was in flight. */
  public int of(long session) {
    return bySession.getOrDefault(session, 0);
  }

  /** How many sessions were in flight at this many deaths or more. */
  public long atLeast(int deaths) {
    return bySession.values().stream().filter(count -> count >= deaths).count();
  }

  /**
   * Whether these deaths say more about their cause than {@code before} did: it is closer, or found
   * in one more session.
   *
   * @param limit deaths at which a session counts as the cause
   */
  public boolean sayMoreThan(ExecutorLosses before, int limit) {
    long found = atLeast(limit) - before.atLeast(limit);
    return found > 0 || (found == 0 && mostBelow(limit) > before.mostBelow(limit));
  }

  private int mostBelow(int limit) {
    return bySession.values().stream()
        .filter(count -> count < limit)
        .max(Integer::compare)
        .orElse(0);
  }
}
