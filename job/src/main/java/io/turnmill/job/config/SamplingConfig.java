package io.turnmill.job.config;

import java.io.Serializable;
import java.util.List;

/**
 * How replies are drawn, named as vLLM names it.
 *
 * @param temperature 0 for greedy
 * @param topP in (0, 1]
 * @param topK 0 for all
 * @param minP in [0, 1]
 * @param seed of every random number
 * @param maxTokens longest reply
 * @param minTokens before so many tokens nothing ends the reply
 * @param stop texts that end the reply and are no part of it
 * @param stopTokenIds further tokens that end the reply
 * @param ignoreEos whether the model's own end of sequence is passed over
 */
public record SamplingConfig(
    double temperature,
    double topP,
    int topK,
    double minP,
    long seed,
    int maxTokens,
    int minTokens,
    List<String> stop,
    List<Integer> stopTokenIds,
    boolean ignoreEos)
    implements Serializable {}
