package io.turnmill.task.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which summaries are put together in one round of a reduction. It depends on nothing but how many
 * tokens each has, so that a run that is resumed, and one with other neighbours, ask the same.
 */
final class ReduceTree {
  private ReduceTree() {}

  /**
   * Neighbouring texts of which one summary is made; a single one stays as it is.
   *
   * @param from the place of the first one
   * @param to the place after the last one
   */
  record SummaryGroup(int from, int to) {
    boolean isSingle() {
      return to - from == 1;
    }
  }

  /**
   * The groups of one round, in order: each is filled up to the budget, and so has at least two
   * members, except that the last one may have a single member, of which no summary is made. With
   * two or more texts there are fewer groups than texts, so that the rounds end.
   *
   * @param tokens how many tokens each text has in a prompt
   * @param budget how many tokens fit into a prompt
   * @return empty if two neighbours that would begin a group do not fit
   */
  static Optional<List<SummaryGroup>> groups(List<Integer> tokens, int budget) {
    List<SummaryGroup> groups = new ArrayList<>();
    int from = 0;
    while (from < tokens.size()) {
      int to = from;
      long sum = 0;
      while (to < tokens.size() && (to == from || sum + tokens.get(to) <= budget)) {
        sum += tokens.get(to);
        to++;
      }
      if (to - from < 2 && to < tokens.size()) {
        return Optional.empty();
      }
      groups.add(new SummaryGroup(from, to));
      from = to;
    }
    return Optional.of(groups);
  }
}
