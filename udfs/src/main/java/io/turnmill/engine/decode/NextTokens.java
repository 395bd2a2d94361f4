package io.turnmill.engine.decode;

import io.turnmill.inference.TokenLogprob;
import io.turnmill.inference.TokenLogprob.Alternative;
import java.util.List;
import java.util.Set;

/**
 * The tokens that one forward pass has drawn, one for each sampling row of the batch, in row order,
 * and the log-probability of each target, in the order of the batch. A log-probability is a natural
 * logarithm under the model's own distribution (temperature 1, nothing masked); NaN says that the
 * model's scores at that place were not finite. A row is spoilt, whether it samples or not, if its
 * last state was not finite: what its slot holds cannot be used any more.
 */
public final class NextTokens {
  private final int[] ids;
  private final float[] logprobs;
  private final List<List<Alternative>> alternatives;
  private final Set<Integer> spoiltRows;
  private final float[] targetLogprobs;

  /** Tokens without alternatives, and no spoilt row. Owns both arrays, which have equal lengths. */
  public NextTokens(int[] ids, float[] logprobs) {
    this(ids, logprobs, List.of(), Set.of());
  }

  /**
   * Tokens with the alternatives that each draw asks for. Owns both arrays.
   *
   * @param alternatives one list for each token, see {@link TokenLogprob}; or no list at all
   * @param spoiltRows indices of rows of the batch
   */
  public NextTokens(
      int[] ids, float[] logprobs, List<List<Alternative>> alternatives, Set<Integer> spoiltRows) {
    this(ids, logprobs, alternatives, spoiltRows, new float[0]);
  }

  private NextTokens(
      int[] ids,
      float[] logprobs,
      List<List<Alternative>> alternatives,
      Set<Integer> spoiltRows,
      float[] targetLogprobs) {
    boolean fits = alternatives.isEmpty() || ids.length == alternatives.size();
    if (ids.length != logprobs.length || !fits) {
      throw new IllegalStateException("ids and logprobs differ in length. This is a bug.");
    }
    this.ids = ids;
    this.logprobs = logprobs;
    this.alternatives = List.copyOf(alternatives);
    this.spoiltRows = Set.copyOf(spoiltRows);
    this.targetLogprobs = targetLogprobs;
  }

  /** The same with the log-probability of each target of the batch. Owns the array. */
  public NextTokens withTargets(float[] found) {
    return new NextTokens(ids, logprobs, alternatives, spoiltRows, found);
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

  /** Number of targets over all rows. */
  public int targets() {
    return targetLogprobs.length;
  }

  public float targetLogprob(int index) {
    return targetLogprobs[index];
  }

  /** Whether that row of the batch is spoilt. */
  public boolean spoilt(int row) {
    return spoiltRows.contains(row);
  }

  /** Everything about one token. */
  public TokenLogprob token(int index) {
    return new TokenLogprob(
        ids[index], logprobs[index], alternatives.isEmpty() ? List.of() : alternatives.get(index));
  }
}
