package io.turnmill.engine;

import java.io.Serializable;
import java.util.Set;

/**
 * Sampling settings of one request, named as vLLM names them.
 *
 * @param maxTokens most tokens to generate, at least 1
 * @param minTokens before so many tokens no stop token or stop string ends the reply: the stop
 *     token is kept as an ordinary one, and the stop check goes on
 * @param temperature 0 for greedy
 * @param topP in (0, 1]
 * @param topK 0 for all
 * @param minP in [0, 1]
 * @param stopTokenIds tokens that end the reply (the model's end-of-sequence ids among them); not
 *     part of it
 */
public record SamplingParams(
    int maxTokens,
    int minTokens,
    double temperature,
    double topP,
    int topK,
    double minP,
    Set<Integer> stopTokenIds)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public SamplingParams {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("max_tokens must be at least 1");
    }
    stopTokenIds = Set.copyOf(stopTokenIds);
  }

  /** The same with other stop tokens. */
  public SamplingParams withStopTokenIds(Set<Integer> others) {
    return new SamplingParams(maxTokens, minTokens, temperature, topP, topK, minP, others);
  }
}
