package io.turnmill.engine;

/**
 * Tokens drawn by one forward pass, one for each sampling row of the batch, in row order. A
 * log-probability is natural, of the model's own distribution (temperature 1, nothing masked); NaN
 * says that the model's scores for that row were not finite.
 */
public final class NextTokens {
  private final int[] ids;
  private final float[] logprobs;

  /** Takes ownership of both arrays, of equal length. */
  public NextTokens(int[] ids, float[] logprobs) {
    if (ids.length != logprobs.length) {
      throw new IllegalStateException("ids and logprobs differ in length. This is a bug.");
    }
    this.ids = ids;
    this.logprobs = logprobs;
  }

  public int size() {
    return ids.length;
  }

  public int id(int index) {
    return ids[index];
  }

  public float logprob(int index) {
    return logprobs[index];
  }
}
