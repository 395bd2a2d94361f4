package io.turnmill.prompt.jinja;

import java.util.Arrays;

/** Grows a list of ascending ranges {@code [from, to, from, to, …)}, joining those that touch. */
final class RangeList {
  private int[] bounds = new int[8];
  private int size;

  void add(int from, int to) {
    if (from >= to) {
      return;
    }
    if (size > 0 && bounds[size - 1] == from) {
      bounds[size - 1] = to;
      return;
    }
    if (size == bounds.length) {
      bounds = Arrays.copyOf(bounds, size * 2);
    }
    bounds[size++] = from;
    bounds[size++] = to;
  }

  /**
   * The part of {@code ranges} in {@code [from, to)}, moved so that {@code from} lies at {@code
   * at}.
   */
  void addShifted(int[] ranges, int from, int to, int at) {
    for (int i = 0; i < ranges.length && ranges[i] < to; i += 2) {
      int start = Math.max(ranges[i], from);
      int end = Math.min(ranges[i + 1], to);
      add(start - from + at, end - from + at);
    }
  }

  int[] toArray() {
    return Arrays.copyOf(bounds, size);
  }
}
