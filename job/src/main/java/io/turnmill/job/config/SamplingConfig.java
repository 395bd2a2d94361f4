package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Operation;
import io.turnmill.job.config.Declare.Range;
import io.turnmill.job.config.Declare.Recommended;
import io.turnmill.job.config.Declare.Words;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * How replies are drawn, named as vLLM names it. {@link io.turnmill.inference.SamplingParams}
 * carries the values to the engine.
 */
public record SamplingConfig(
    @Doc(
            "Whose defaults temperature, top_p, top_k, min_p, repetition_penalty and max_tokens"
                + " have: Turnmill's, or those that the model's generation_config.json recommends;"
                + " what is set wins over both.")
        @Default("turnmill")
        @Operation // results depend on the values alone, wherever they come from
        From from,
    @Doc("0 takes the likeliest token every time; higher values draw more freely.")
        @Default("0")
        @Range(from = 0)
        @Recommended("temperature")
        double temperature,
    @Doc("Draw from the likeliest tokens that together reach this probability.")
        @Default("1")
        @Range(above = 0, to = 1)
        @Recommended("top_p")
        double topP,
    @Doc("Draw from this many of the likeliest tokens; 0: from all.")
        @Default("0")
        @Range(from = 0)
        @Recommended("top_k")
        int topK,
    @Doc("Leave out tokens less likely than this share of the likeliest one.")
        @Default("0")
        @Range(from = 0, to = 1)
        @Recommended("min_p")
        double minP,
    @Doc(
            "Above 1, tokens of prompt and reply become less likely: scores above 0 are divided by"
                + " it, others multiplied.")
        @Default("1")
        @Range(from = 0.01, to = 100)
        @Recommended("repetition_penalty")
        double repetitionPenalty,
    @Doc("Taken from the score of every token that is in the reply so far.")
        @Default("0")
        @Range(from = -2, to = 2)
        double presencePenalty,
    @Doc("Taken from the score of a token once for each time that it is in the reply so far.")
        @Default("0")
        @Range(from = -2, to = 2)
        double frequencyPenalty,
    @Doc("Added to the scores of these tokens, such as { 11 = -100 }, which all but forbids one.")
        @Default("{}")
        @Range(from = -100, to = 100)
        @Words("map from token ids to numbers from -100 to 100")
        Map<Integer, Double> logitBias,
    @Doc("Replies to each prompt; more than one needs sampling.temperature above 0.")
        @Default("1")
        @Range(from = 1, to = 100)
        int n,
    @Doc(
            "Write the log-probability of every token, and of this many of the likeliest tokens in"
                + " its place; -1: neither.")
        @Default("-1")
        @Range(from = -1, to = 20)
        int logprobs,
    @Doc("Seed of every random number; the same seed gives the same replies.") @Default("0")
        long seed,
    @Doc("Longest reply, in tokens.")
        @Default("128")
        @Range(from = 1)
        @Recommended("max_new_tokens")
        int maxTokens,
    @Doc("Before this many tokens no stop token is drawn, and no stop text ends a reply.")
        @Default("0")
        @Range(from = 0)
        int minTokens,
    @Doc("Texts that end a reply and are not part of it, such as [\"\\n\", \"User:\"].")
        @Default("[]")
        @Words(value = "list of texts", item = "text of at least one character", blankItem = true)
        List<String> stop,
    @Doc("Tokens that end a reply, besides the model's own.")
        @Default("[]")
        @Range(from = 0)
        @Words("list of token ids")
        List<Integer> stopTokenIds,
    @Doc("Whether a reply continues after the model's own end of sequence.") @Default("false")
        boolean ignoreEos,
    @Doc(
            "Most tokens of reasoning before the answer, after which the mark that ends it is"
                + " written in the model's place; 0: no limit.")
        @Default("0")
        @Range(from = 0)
        int thinkingBudget,
    Repetition repetitionDetection)
    implements Serializable {

  /** When a reply that repeats itself is ended, named as vLLM names it. */
  public record Repetition(
      @Doc(
              "A reply ends with the reason repetition when its last tokens are one pattern of at"
                  + " most this many tokens, min_count times over; 0: never.")
          @Default("0")
          @Range(from = 0)
          int maxPatternSize,
      @Doc("Fewest tokens of such a pattern; 0 counts as 1.") @Default("0") @Range(from = 0)
          int minPatternSize,
      @Doc("How often such a pattern occurs without a gap: at least twice.")
          @Default("0")
          @Range(from = 0)
          int minCount)
      implements Serializable {}

  /** Where defaults come from. */
  public enum From {
    /** From this program. */
    TURNMILL,
    /** From the model's folder, and from this program where that says nothing. */
    MODEL
  }
}
