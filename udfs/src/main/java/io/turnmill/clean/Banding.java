package io.turnmill.clean;

import java.io.Serializable;

/**
 * How signatures are cut into bands, so that sessions that are similar are equal in at least one of
 * them and need not be compared with all others. Two sessions whose similarity is {@code s} meet
 * with the probability {@code 1 - (1 - s^rows)^bands}.
 *
 * @param bands how many bands there are
 * @param rows how many permutations each has
 */
public record Banding(int bands, int rows) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Of two sessions that are just similar enough, this share must meet. */
  private static final double LEAST_RECALL = 0.99;

  /**
   * The bands for a threshold: as many rows as possible, so that few other sessions meet, while 99
   * of 100 pairs at the threshold do. Pairs that are more similar meet more surely.
   *
   * @param threshold the least Jaccard similarity of near-duplicates, above 0 and up to 1
   */
  public static Banding of(double threshold) {
    for (int rows = MinHash.PERMUTATIONS; rows > 1; rows--) {
      Banding banding = new Banding(MinHash.PERMUTATIONS / rows, rows);
      if (banding.recall(threshold) >= LEAST_RECALL) {
        return banding;
      }
    }
    return new Banding(MinHash.PERMUTATIONS, 1);
  }

  /** The probability that two sessions of this similarity meet. */
  double recall(double similarity) {
    return 1 - Math.pow(1 - Math.pow(similarity, rows), bands);
  }
}
