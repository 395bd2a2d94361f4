package io.turnmill.engine;

/**
 * How one token is drawn from a row's scores: change some of them (see {@link ScoreEdits}), divide
 * by the temperature, keep the {@code topK} greatest, keep the smallest set of most probable tokens
 * whose probabilities (renormalised) reach {@code topP}, drop those below {@code minP} times the
 * greatest probability, renormalise; walk the kept tokens from the most probable (ties: the smaller
 * id first) and take the first at which the running sum exceeds {@code uniform}.
 *
 * <p>The order is that of transformers, and of vLLM but for {@code minP}: newer versions of vLLM
 * apply it before the other two, which differs only where it is used together with {@code topP}.
 *
 * @param temperature 0 for greedy (the greatest score; ties: the smaller id), otherwise positive
 *     and finite, and not so small that a score divided by it is infinite
 * @param topK 0 for all
 * @param topP a probability in (0, 1]; 1 for all
 * @param minP a share in [0, 1]; 0 for all
 * @param uniform the random number of this token, in [0, 1)
 * @param edits the changes of scores, which apply to greedy draws too
 * @param alternatives how many of the likeliest tokens are reported beside the drawn one
 */
public record Draw(
    float temperature,
    int topK,
    float topP,
    float minP,
    float uniform,
    ScoreEdits edits,
    int alternatives) {
  public static final Draw GREEDY = new Draw(0f, 0, 1f, 0f, 0f);

  /** A draw from unchanged scores, without alternatives. */
  public Draw(float temperature, int topK, float topP, float minP, float uniform) {
    this(temperature, topK, topP, minP, uniform, ScoreEdits.NONE, 0);
  }

  public boolean greedy() {
    return temperature == 0f;
  }

  /** The same draw from changed scores. */
  public Draw with(ScoreEdits other) {
    return other.isEmpty()
        ? this
        : new Draw(temperature, topK, topP, minP, uniform, other, alternatives);
  }

  /** The same draw with this many alternatives reported. */
  public Draw withAlternatives(int count) {
    return count == alternatives
        ? this
        : new Draw(temperature, topK, topP, minP, uniform, edits, count);
  }
}
