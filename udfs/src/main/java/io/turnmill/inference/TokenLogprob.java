package io.turnmill.inference;

import java.util.List;

/**
 * A drawn token with its natural log-probability under the model (temperature 1, nothing masked),
 * and the likeliest tokens in its place.
 *
 * @param alternatives the likeliest tokens, the likeliest first (ties: the smaller id), with the
 *     drawn one if it is among them
 */
public record TokenLogprob(int id, float logprob, List<Alternative> alternatives) {

  /** A token that might have been drawn. */
  public record Alternative(int id, float logprob) {}

  public TokenLogprob {
    alternatives = List.copyOf(alternatives);
  }
}
