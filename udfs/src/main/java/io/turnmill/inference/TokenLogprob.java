package io.turnmill.inference;

import java.util.List;

/**
 * A drawn token with its natural log-probability under the model (temperature 1, nothing masked),
 * and what else was likely there.
 *
 * @param alternatives the likeliest tokens, the likeliest first (ties: the smaller id), the drawn
 *     one among them where it is one of them
 */
public record TokenLogprob(int id, float logprob, List<Alternative> alternatives) {

  /** A token that might have been drawn. */
  public record Alternative(int id, float logprob) {}

  public TokenLogprob {
    alternatives = List.copyOf(alternatives);
  }
}
