package io.turnmill.job.quarantine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Sessions that were in flight when their executor died, and in what company they are run again, so
 * that the deaths that are left until the limit find the one that is the cause.
 *
 * <pre>
 *   limit 3, 64 in flight at the first death:
 *     second attempt   8 groups of 8, one after the other; the group of the cause dies
 *     third attempt    these 8 one by one; the cause ends its executor, alone
 *     fourth attempt   the cause is not run, everything else is
 * </pre>
 */
final class Suspects {
  private Suspects() {}

  /**
   * Sessions that fly together.
   *
   * @param alone whether nothing else in the process may be in flight: one death more is the last
   */
  record Group<T>(List<T> sessions, boolean alone) {
    Group {
      sessions = List.copyOf(sessions);
    }
  }

  /**
   * Cuts suspects into groups, those with the most deaths first.
   *
   * @param deaths of each, from 1 to {@code limit - 1}
   * @param limit deaths at which a session counts as their cause
   */
  static <T> Deque<Group<T>> groups(List<T> suspects, ToIntFunction<T> deaths, int limit) {
    Map<Integer, List<T>> byDeaths = new TreeMap<>((a, b) -> Integer.compare(b, a));
    for (T suspect : suspects) {
      byDeaths.computeIfAbsent(deaths.applyAsInt(suspect), count -> new ArrayList<>()).add(suspect);
    }
    Deque<Group<T>> groups = new ArrayDeque<>();
    byDeaths.forEach(
        (count, those) -> {
          int size = size(those.size(), limit - count);
          for (int from = 0; from < those.size(); from += size) {
            int to = Math.min(those.size(), from + size);
            groups.add(new Group<>(those.subList(from, to), limit - count == 1));
          }
        });
    return groups;
  }

  /**
   * How many of {@code suspects} may fly together so that {@code left} deaths more lead to one:
   * each death leaves a group, and the last one a group of one. Equal steps cost least.
   */
  static int size(int suspects, int left) {
    // A root that is not exact must not make the groups larger than they need be.
    return Math.max(1, (int) Math.ceil(Math.pow(suspects, (left - 1.0) / left) - 1e-9));
  }
}
