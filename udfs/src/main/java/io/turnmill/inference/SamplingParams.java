package io.turnmill.inference;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Sampling settings of one request, named as vLLM names them. Equal settings have equal texts
 * ({@link #toString}), on which {@link RequestKey} rests: sets and maps are sorted.
 *
 * @param maxTokens most tokens to generate, at least 1
 * @param minTokens before the reply has this many tokens, nothing ends it: stop tokens are not
 *     drawn, and the stop check only watches
 * @param temperature 0 for greedy. As in vLLM, anything below 0.00001 is greedy, too, because no
 *     score can be divided by it; anything above the greatest float counts as the greatest float
 * @param topP in (0, 1]
 * @param topK 0 for all
 * @param minP in [0, 1]
 * @param stopTokenIds tokens that end the reply (the model's end-of-sequence ids among them); they
 *     are not part of the reply
 * @param penalties for tokens that were there before
 * @param logitBias what is added to the scores of tokens, by id
 * @param n how many replies to the same prompt, at least 1; each is a request of its own
 * @param logprobs how many of the likeliest alternatives to each token are reported beside the
 *     token's own log-probability; {@link #NO_LOGPROBS} to report neither
 * @param repetitionDetection when a reply that repeats itself is ended
 * @param thinking how long a reply may reason
 */
public record SamplingParams(
    int maxTokens,
    int minTokens,
    double temperature,
    double topP,
    int topK,
    double minP,
    Set<Integer> stopTokenIds,
    Penalties penalties,
    Map<Integer, Double> logitBias,
    int n,
    int logprobs,
    RepetitionDetection repetitionDetection,
    ThinkingBudget thinking)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  public static final int NO_LOGPROBS = -1;
  private static final double LEAST_TEMPERATURE = 1e-5;

  public SamplingParams {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("max_tokens must be at least 1");
    }
    if (n < 1 || logprobs < NO_LOGPROBS) {
      throw new IllegalArgumentException("n must be at least 1, logprobs at least -1");
    }
    stopTokenIds = Collections.unmodifiableSet(new TreeSet<>(stopTokenIds));
    logitBias = Collections.unmodifiableMap(new TreeMap<>(logitBias));
  }

  /** Settings under which a reply may repeat itself, and reason for as long as it likes. */
  public SamplingParams(
      int maxTokens,
      int minTokens,
      double temperature,
      double topP,
      int topK,
      double minP,
      Set<Integer> stopTokenIds,
      Penalties penalties,
      Map<Integer, Double> logitBias,
      int n,
      int logprobs) {
    this(
        maxTokens,
        minTokens,
        temperature,
        topP,
        topK,
        minP,
        stopTokenIds,
        penalties,
        logitBias,
        n,
        logprobs,
        RepetitionDetection.OFF,
        ThinkingBudget.UNLIMITED);
  }

  /** The likeliest token every time, from the model's own scores; only the length ends a reply. */
  public static SamplingParams greedy(int maxTokens) {
    return new SamplingParams(
        maxTokens, 0, 0, 1, 0, 0, Set.of(), Penalties.NONE, Map.of(), 1, NO_LOGPROBS);
  }

  /** Whether the likeliest token is taken every time. */
  public boolean greedy() {
    return temperature < LEAST_TEMPERATURE;
  }

  /** The same settings with other stop tokens. */
  public SamplingParams withStopTokenIds(Set<Integer> others) {
    return changed(others, n, logprobs, repetitionDetection, thinking);
  }

  /** The same settings with this many replies to a prompt, and this many alternatives reported. */
  public SamplingParams with(int replies, int alternatives) {
    return changed(stopTokenIds, replies, alternatives, repetitionDetection, thinking);
  }

  /** The same settings with another detection of replies that repeat themselves. */
  public SamplingParams with(RepetitionDetection detection) {
    return changed(stopTokenIds, n, logprobs, detection, thinking);
  }

  /** The same settings with another budget for reasoning. */
  public SamplingParams with(ThinkingBudget budget) {
    return changed(stopTokenIds, n, logprobs, repetitionDetection, budget);
  }

  private SamplingParams changed(
      Set<Integer> stops,
      int replies,
      int alternatives,
      RepetitionDetection detection,
      ThinkingBudget budget) {
    return new SamplingParams(
        maxTokens,
        minTokens,
        temperature,
        topP,
        topK,
        minP,
        stops,
        penalties,
        logitBias,
        replies,
        alternatives,
        detection,
        budget);
  }
}
