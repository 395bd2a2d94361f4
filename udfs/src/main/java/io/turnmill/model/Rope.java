package io.turnmill.model;

import java.util.List;
import java.util.OptionalInt;

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

  /**
   * {@code longrope}: each frequency is divided by a factor of its own, which is another one in
   * sequences longer than those of the training, and cosines and sines are multiplied by {@code
   * attentionFactor}. As the whole sequence turns by the same frequencies, its cache is of no use
   * once it has outgrown the short factors.
   *
   * @param shortFactors one for each pair of dimensions
   * @param originalMaxPositions the longest sequence for which they are meant
   */
  public record LongRope(
      List<Double> shortFactors,
      List<Double> longFactors,
      double attentionFactor,
      int originalMaxPositions)
      implements Scaling {
    public LongRope {
      shortFactors = List.copyOf(shortFactors);
      longFactors = List.copyOf(longFactors);
    }
  }

  public static Rope unscaled(double theta) {
    return new Rope(theta, new None());
  }

  /** Whether a token's rotation depends on more than its position. */
  boolean dependsOnLength() {
    return scaling instanceof Dynamic || scaling instanceof LongRope;
  }

  /**
   * A sequence that grows longer than this is to be computed again from its start, because all of
   * it turns otherwise from then on. Empty where what is cached stays right.
   */
  public OptionalInt recomputedBeyond() {
    return scaling instanceof LongRope longRope
        ? OptionalInt.of(longRope.originalMaxPositions())
        : OptionalInt.empty();
  }

  /** What cosines and sines are multiplied by. */
  public double attentionFactor() {
    if (scaling instanceof LongRope longRope) {
      return longRope.attentionFactor();
    }
    return scaling instanceof Yarn yarn ? yarn.attentionFactor() : 1;
  }

  /**
   * Longest sequence that the scaling was made for, in tokens, by vLLM's rule: linear, dynamic and
   * YaRN multiply the length before scaling; with Llama 3's and LongRoPE {@code
   * max_position_embeddings} is the length after it already.
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
