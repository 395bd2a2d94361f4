package io.turnmill.testing;

import io.turnmill.inference.SamplingParams;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sampling settings for tests, in few words. */
public final class TestSampling {
  /**
   * Another value for each parameter than {@link #sampled} has, or settings in which repetition is
   * detected and a reply may reason.
   */
  public static final Map<String, Object> OTHERS =
      Map.ofEntries(
          Map.entry("maxTokens", 5),
          Map.entry("minTokens", 4),
          Map.entry("temperature", 2.5),
          Map.entry("topP", 0.5),
          Map.entry("topK", 2),
          Map.entry("minP", 0.25),
          Map.entry("stopTokenIds", Set.of(7)),
          Map.entry("penalties.repetition", 1.5),
          Map.entry("penalties.presence", 0.5),
          Map.entry("penalties.frequency", 0.25),
          Map.entry("logitBias", Map.of(5, 2.0)),
          Map.entry("n", 3),
          Map.entry("logprobs", 2),
          Map.entry("repetitionDetection.maxPatternSize", 0),
          Map.entry("repetitionDetection.minPatternSize", 2),
          Map.entry("repetitionDetection.minCount", 3),
          Map.entry("thinking.tokens", 2),
          Map.entry("thinking.endIds", List.of(5)));

  private TestSampling() {}

  /** From the model's own scores at a temperature. */
  public static SamplingParams sampled(int maxTokens, double temperature) {
    return with(SamplingParams.greedy(maxTokens), "temperature", temperature);
  }

  /** The same, but nothing ends a reply before {@code minTokens}. */
  public static SamplingParams notBefore(int minTokens, SamplingParams sampling) {
    return with(sampling, "minTokens", minTokens);
  }

  /** The same with another value of one parameter, see {@link RecordCopy}. */
  public static SamplingParams with(SamplingParams sampling, String parameter, Object value) {
    return RecordCopy.with(sampling, parameter, value);
  }
}
