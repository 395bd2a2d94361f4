package io.turnmill.engine.decode;

import io.turnmill.inference.RepetitionDetection;
import io.turnmill.inference.SamplingParams;

/**
 * Tells whether the tail of one growing reply is a pattern that is repeated. A pattern of {@code p}
 * tokens occurs {@code n} times at the end exactly if each of the last {@code p * (n - 1)} tokens
 * equals the token {@code p} places before it, so a count for each {@code p} is enough.
 */
final class RepetitionDetector {
  private final int shortest;
  private final int count;

  /** For each size of a pattern: how many of the last tokens equal the one that far before them. */
  private final int[] equal;

  private RepetitionDetector(int shortest, int longest, int count) {
    this.shortest = shortest;
    this.count = count;
    this.equal = new int[Math.max(0, longest) + 1];
  }

  static RepetitionDetector of(SamplingParams sampling) {
    RepetitionDetection detection = sampling.repetitionDetection();
    if (!detection.isOn()) {
      return new RepetitionDetector(1, 0, 2);
    }
    // A longer pattern cannot occur often enough in the longest reply.
    int longest = Math.min(detection.maxPatternSize(), sampling.maxTokens() / detection.minCount());
    return new RepetitionDetector(
        Math.max(1, detection.minPatternSize()), longest, detection.minCount());
  }

  /**
   * Takes one more token, and returns whether the reply ends with a repeated pattern now.
   *
   * @param ids holds the reply at {@code from … to}; the token before {@code to} is the new one
   */
  boolean append(int[] ids, int from, int to) {
    boolean repeats = false;
    for (int size = shortest; size < equal.length; size++) {
      int before = to - 1 - size;
      boolean same = before >= from && ids[before] == ids[to - 1];
      equal[size] = same ? equal[size] + 1 : 0;
      repeats |= equal[size] >= size * (count - 1);
    }
    return repeats;
  }
}
