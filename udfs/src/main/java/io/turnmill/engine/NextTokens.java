package io.turnmill.engine;

import io.turnmill.engine.TokenLogprob.Alternative;
import java.util.List;

/**
 * Tokens drawn by one forward pass, one for each sampling row of the batch, in row order. A
 * log-probability is natural, of the model's own distribution (temperature 1, nothing masked); NaN
 * says that the model's scores for that row were not finite.
 */
public final class NextTokens {
  private final int[] ids;
  private final float[] logprobs;
  private final List<List<Alternative>> alternatives;

  /** Without alternatives; takes ownership of both arrays, of equal length. */
  public NextTokens(int[] ids, float[] logprobs) {
    if (ids.length != logprobs.length) {
      throw new IllegalStateException("ids and logprobs differ in length. This is a bug.");
    }
    this.ids = ids;
    this.logprobs = logprobs;
    this.alternatives = List.of();
  }

  /**
   * With what else was likely, for each draw as many as it asks for; takes ownership as above.
   *
   * @param alternatives one list for each token, see {@link TokenLogprob}
   */
  public NextTokens(int[] ids, float[] logprobs, List<List<Alternative>> alternatives) {
    if (ids.length != logprobs.length || ids.length != alternatives.size()) {
      throw new IllegalStateException("ids and logprobs differ in length. This is a bug.");
    }
    this.ids = ids;
    this.logprobs = logprobs;
    this.alternatives = List.copyOf(alternatives);
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

  /** Everything about one token. */
  public TokenLogprob token(int index) {
    return new TokenLogprob(
        ids[index], logprobs[index], alternatives.isEmpty() ? List.of() : alternatives.get(index));
  }
}
