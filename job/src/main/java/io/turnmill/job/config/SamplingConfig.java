package io.turnmill.job.config;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How replies are drawn, named as vLLM names it.
 *
 * @param temperature 0 for greedy
 * @param topP in (0, 1]
 * @param topK 0 for all
 * @param minP in [0, 1]
 * @param repetitionPenalty above 0; 1 for none
 * @param presencePenalty 0 for none
 * @param frequencyPenalty 0 for none
 * @param logitBias what is added to scores, by token id
 * @param n replies to each prompt
 * @param logprobs alternatives to each token that are reported; -1 for no log-probabilities
 * @param seed of every random number
 * @param maxTokens longest reply
 * @param minTokens before so many tokens nothing ends the reply: stop tokens are not drawn
 * @param stop texts that end the reply and are no part of it
 * @param stopTokenIds further tokens that end the reply
 * @param ignoreEos whether the model's own end of sequence is passed over
 * @param from where the values come from that nobody set
 * @param given keys of the settings that were set, which a model's recommendations leave alone;
 *     empty where these are not asked for
 */
public record SamplingConfig(
    double temperature,
    double topP,
    int topK,
    double minP,
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    Map<Integer, Double> logitBias,
    int n,
    int logprobs,
    long seed,
    int maxTokens,
    int minTokens,
    List<String> stop,
    List<Integer> stopTokenIds,
    boolean ignoreEos,
    From from,
    Set<String> given)
    implements Serializable {

  /** Where defaults come from. */
  public enum From {
    /** From this program. */
    TURNMILL,
    /** From the model's folder, and from this program where that says nothing. */
    MODEL
  }

  public SamplingConfig {
    given = from == From.MODEL ? Set.copyOf(given) : Set.of();
  }
}
