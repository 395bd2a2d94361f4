package io.turnmill.job.prepare;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** How many sessions are drawn from each group. */
final class EvenQuotas {
  private EvenQuotas() {}

  /**
   * Goes round the groups, and takes a session from each one that has any left, until enough are
   * taken: so no group gives two more than another, unless that one gives all that it has. With 20
   * to be taken, groups of 100, 100, 2, 100, 100 and 100 give 4, 4, 2, 4, 3 and 3.
   *
   * @param sizes how many sessions each group has, in the order of the rounds
   * @param wanted how many are to be taken
   * @return for each group how many it gives
   */
  static List<Integer> of(List<Long> sizes, int wanted) {
    int[] quotas = new int[sizes.size()];
    long left = wanted;
    List<Integer> open = IntStream.range(0, quotas.length).boxed().toList();
    while (left > 0 && !open.isEmpty()) {
      long rounds = Math.max(1, left / open.size());
      List<Integer> stillOpen = new ArrayList<>();
      for (int group : open) {
        long more = Math.min(Math.min(rounds, left), sizes.get(group) - quotas[group]);
        quotas[group] += (int) more;
        left -= more;
        if (quotas[group] < sizes.get(group)) {
          stillOpen.add(group);
        }
      }
      open = stillOpen;
    }
    return IntStream.of(quotas).boxed().toList();
  }
}
