package io.turnmill.model;

/**
 * Rotary position embedding: how fast each pair of a head's dimensions turns. The formulas are
 * those of transformers' {@code modeling_rope_utils} (4.57).
 *
 * @param theta base of the frequencies
 * @param scaling how a longer context was made of a shorter one
 */
public record Rope(double theta, Scaling scaling) {

  /** What {@code rope_scaling} says. */
  public sealed interface Scaling {}

  /** {@code default}. */
  public record None() implements Scaling {}

  /** {@code linear}: positions are divided by {@code factor}. */
  public record Linear(double factor) implements Scaling {}

  /**
   * {@code dynamic}: the base grows with the sequence once that is longer than {@code maxPositions}
   * (NTK-aware scaling). A token turns by the base for the sequence's length at the time when it is
   * computed.
   */
  public record Dynamic(double factor, int maxPositions) implements Scaling {}

  /** {@code llama3}: low frequencies are divided by {@code factor}, high ones kept. */
  public record Llama3(
      double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositions)
      implements Scaling {}

  /**
   * {@code yarn}: from interpolated to kept frequencies along a ramp, and cosines and sines
   * multiplied by {@code attentionFactor}.
   *
   * @param betaFast rotations over the original context at which the ramp begins
   * @param betaSlow those at which it ends
   * @param truncate whether the ramp's ends are whole dimensions
   */
  public record Yarn(
      double factor,
      double attentionFactor,
      double betaFast,
      double betaSlow,
      boolean truncate,
      int originalMaxPositions)
      implements Scaling {}

  public static Rope unscaled(double theta) {
    return new Rope(theta, new None());
  }

  /** Whether a token's rotation depends on more than its position. */
  public boolean dependsOnLength() {
    return scaling instanceof Dynamic;
  }

  /** What cosines and sines are multiplied by. */
  public double attentionFactor() {
    return scaling instanceof Yarn yarn ? yarn.attentionFactor() : 1;
  }

  /**
   * Longest sequence that the scaling was made for, in tokens, by vLLM's rule: linear, dynamic and
   * YaRN multiply the length before scaling; Llama 3's {@code max_position_embeddings} is the
   * length after it already.
   */
  int maxPositions(int configured) {
    double positions = configured;
    if (scaling instanceof Linear linear) {
      positions = configured * linear.factor();
    } else if (scaling instanceof Dynamic dynamic) {
      positions = configured * dynamic.factor();
    } else if (scaling instanceof Yarn yarn) {
      positions = Math.max(configured, yarn.originalMaxPositions() * yarn.factor());
    }
    return (int) Math.min(positions, Fields.LIMIT);
  }
}
