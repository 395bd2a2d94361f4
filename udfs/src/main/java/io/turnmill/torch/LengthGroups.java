package io.turnmill.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Cuts rows that are ordered by length into groups whose shorter rows are padded to the longest.
 */
final class LengthGroups {
  /** A group's longest row may exceed its shortest by this share and as many tokens. */
  private static final double SLACK = 1.25;

  private static final int SLACK_TOKENS = 16;

  /** Of short rows attention on the CPU takes half the time at such lengths as at those between. */
  private static final int ALIGNMENT = 16;

  private LengthGroups() {}

  /**
   * Rows {@code from} to {@code to}.
   *
   * @param longest length that all are padded to
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
    return of(
        lengths, length -> (int) (length * SLACK + SLACK_TOKENS), IntUnaryOperator.identity());
  }

  /**
   * Groups whose longest row counts as long as the next multiple of 16 tokens.
   *
   * @param lengths ascending
   */
  static List<Group> aligned(int[] lengths) {
    return of(
        lengths,
        length -> Math.max(aligned(length), (int) (length * SLACK) / ALIGNMENT * ALIGNMENT),
        LengthGroups::aligned);
  }

  private static int aligned(int length) {
    return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /**
   * @param limit of a group, by its shortest row
   * @param padded to what the rows of a group are padded, by its longest
   */
  private static List<Group> of(int[] lengths, IntUnaryOperator limit, IntUnaryOperator padded) {
    List<Group> groups = new ArrayList<>();
    for (int from = 0; from < lengths.length; ) {
      int to = from;
      int tokens = 0;
      int most = limit.applyAsInt(lengths[from]);
      while (to < lengths.length && lengths[to] <= most) {
        tokens += lengths[to];
        to++;
      }
      groups.add(new Group(from, to, padded.applyAsInt(lengths[to - 1]), tokens));
      from = to;
    }
    return groups;
  }
}
