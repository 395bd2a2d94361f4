package io.turnmill.engine;

import java.util.List;

/**
 * The changes of a row's scores before a token is drawn, for the few tokens that they concern: each
 * id once, in any order. A score {@code s} becomes {@code s + bias}; that is divided by {@code
 * repetition} if it is above 0, and multiplied by it otherwise; then {@code deduction} is taken
 * from it. This is the order of vLLM: stop tokens masked, biases, repetition, frequency and
 * presence penalty. Immutable.
 */
public final class ScoreEdits {
  public static final ScoreEdits NONE = new ScoreEdits(List.of());

  /**
   * The change of one token's score.
   *
   * @param bias minus infinity for a token that must not be drawn
   * @param repetition above 0; 1 for no penalty
   * @param deduction presence and frequency penalty together
   */
  public record Edit(int id, float bias, float repetition, float deduction) {

    public float apply(float score) {
      float biased = score + bias;
      return (biased > 0 ? biased / repetition : biased * repetition) - deduction;
    }
  }

  private final List<Edit> edits;

  private ScoreEdits(List<Edit> edits) {
    this.edits = List.copyOf(edits);
  }

  public static ScoreEdits of(List<Edit> edits) {
    return edits.isEmpty() ? NONE : new ScoreEdits(edits);
  }

  public List<Edit> edits() {
    return edits;
  }

  public boolean isEmpty() {
    return edits.isEmpty();
  }
}
