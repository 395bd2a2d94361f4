package io.turnmill.inference;

import java.io.Serializable;

/**
 * When a reply counts as runaway repetition, named as vLLM names it: its last tokens are one
 * pattern, at least {@code minCount} times without a gap.
 *
 * @param maxPatternSize most tokens of a pattern; 0 for no detection
 * @param minPatternSize fewest tokens of a pattern; 0 counts as 1
 * @param minCount how often the pattern occurs, at least 2; with less there is no detection
 */
public record RepetitionDetection(int maxPatternSize, int minPatternSize, int minCount)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Replies may repeat themselves. */
  public static final RepetitionDetection OFF = new RepetitionDetection(0, 0, 0);

  /** Whether any reply can be ended by it. */
  public boolean isOn() {
    return maxPatternSize > 0 && minPatternSize <= maxPatternSize && minCount >= 2;
  }
}
