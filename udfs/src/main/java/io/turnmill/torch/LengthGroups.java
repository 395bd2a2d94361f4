package io.turnmill.torch;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts rows that are ordered by length into groups whose shorter rows are padded to the longest.
 */
final class LengthGroups {
  /** A group's longest row may exceed its shortest by this share and as many tokens. */
  private static final double SLACK = 1.25;

  private static final int SLACK_TOKENS = 16;

  private LengthGroups() {}

  /**
   * Rows {@code from} to {@code to}.
   *
   * @param longest length of the longest
   * @param tokens of all its rows together
   */
  record Group(int from, int to, int longest, int tokens) {
    int size() {
      return to - from;
    }
  }

  /**
   * @param lengths ascending
   */
  static List<Group> of(int[] lengths) {
    List<Group> groups = new ArrayList<>();
    for (int from = 0; from < lengths.length; ) {
      int to = from;
      int longest = 0;
      int tokens = 0;
      double limit = lengths[from] * SLACK + SLACK_TOKENS;
      while (to < lengths.length && lengths[to] <= limit) {
        longest = Math.max(longest, lengths[to]);
        tokens += lengths[to];
        to++;
      }
      groups.add(new Group(from, to, longest, tokens));
      from = to;
    }
    return groups;
  }
}
