package io.turnmill.job.config;

import static io.turnmill.job.config.Setting.operation;
import static io.turnmill.job.config.Setting.results;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code sampling.*}: how replies are drawn. */
final class SamplingSettings {
  /** Results depend on the values alone, wherever they come from. */
  static final Setting<SamplingConfig.From> FROM =
      operation(
          "sampling.from",
          Types.oneOf(SamplingConfig.From.class),
          SamplingConfig.From.TURNMILL,
          "Whose defaults temperature, top_p, top_k, min_p, repetition_penalty and max_tokens have:"
              + " Turnmill's, or those that the model's generation_config.json recommends; what is"
              + " set wins over both.",
          c -> c.sampling().from());

  static final Setting<Double> TEMPERATURE =
      results(
          "sampling.temperature",
          new ScalarTypes.Real(0, false, Double.MAX_VALUE),
          0.0,
          "0 takes the likeliest token every time; higher values draw more freely.",
          c -> c.sampling().temperature());

  static final Setting<Double> TOP_P =
      results(
          "sampling.top_p",
          new ScalarTypes.Real(0, true, 1),
          1.0,
          "Draw from the likeliest tokens that together reach this probability.",
          c -> c.sampling().topP());

  static final Setting<Integer> TOP_K =
      results(
          "sampling.top_k",
          Types.countFrom(0),
          0,
          "Draw from so many of the likeliest tokens; 0: from all.",
          c -> c.sampling().topK());

  static final Setting<Double> MIN_P =
      results(
          "sampling.min_p",
          Types.SHARE,
          0.0,
          "Leave out tokens less likely than this share of the likeliest one.",
          c -> c.sampling().minP());

  static final Setting<Double> REPETITION_PENALTY =
      results(
          "sampling.repetition_penalty",
          new ScalarTypes.Real(0.01, false, 100),
          1.0,
          "Above 1, tokens of prompt and reply become less likely: scores above 0 are divided by it,"
              + " others multiplied.",
          c -> c.sampling().repetitionPenalty());

  static final Setting<Double> PRESENCE_PENALTY =
      results(
          "sampling.presence_penalty",
          new ScalarTypes.Real(-2, false, 2),
          0.0,
          "Taken from the score of every token that is in the reply so far.",
          c -> c.sampling().presencePenalty());

  static final Setting<Double> FREQUENCY_PENALTY =
      results(
          "sampling.frequency_penalty",
          new ScalarTypes.Real(-2, false, 2),
          0.0,
          "Taken from the score of a token once for each time that it is in the reply so far.",
          c -> c.sampling().frequencyPenalty());

  static final Setting<Map<Integer, Double>> LOGIT_BIAS =
      results(
          "sampling.logit_bias",
          new CollectionTypes.TokensTo<>(
              new ScalarTypes.Real(-100, false, 100),
              "map from token ids to numbers from -100 to 100"),
          Map.of(),
          "Added to the scores of these tokens, such as { 11 = -100 }, which all but forbids one.",
          c -> c.sampling().logitBias());

  static final Setting<Integer> N =
      results(
          "sampling.n",
          new ScalarTypes.Int(1, 100),
          1,
          "Replies to each prompt; more than one needs sampling.temperature above 0.",
          c -> c.sampling().n());

  static final Setting<Integer> LOGPROBS =
      results(
          "sampling.logprobs",
          new ScalarTypes.Int(-1, 20),
          -1,
          "Write the log-probability of every token, and of so many of the likeliest tokens in its"
              + " place; -1: neither.",
          c -> c.sampling().logprobs());

  static final Setting<Long> SEED =
      results(
          "sampling.seed",
          new ScalarTypes.Whole(Long.MIN_VALUE, Long.MAX_VALUE),
          0L,
          "Seed of every random number; the same seed gives the same replies.",
          c -> c.sampling().seed());

  static final Setting<Integer> MAX_TOKENS =
      results(
          "sampling.max_tokens",
          Types.countFrom(1),
          128,
          "Longest reply, in tokens.",
          c -> c.sampling().maxTokens());

  static final Setting<Integer> MIN_TOKENS =
      results(
          "sampling.min_tokens",
          Types.countFrom(0),
          0,
          "Before so many tokens no stop token is drawn, and no stop text ends a reply.",
          c -> c.sampling().minTokens());

  static final Setting<List<String>> STOP =
      results(
          "sampling.stop",
          new CollectionTypes.ListOf<>(
              new ScalarTypes.Characters("text of at least one character"), "list of texts", true),
          List.of(),
          "Texts that end a reply and are no part of it, such as [\"\\n\", \"User:\"].",
          c -> c.sampling().stop());

  static final Setting<List<Integer>> STOP_TOKEN_IDS =
      results(
          "sampling.stop_token_ids",
          new CollectionTypes.ListOf<>(Types.countFrom(0), "list of token ids", true),
          List.of(),
          "Tokens that end a reply, besides the model's own.",
          c -> c.sampling().stopTokenIds());

  static final Setting<Boolean> IGNORE_EOS =
      results(
          "sampling.ignore_eos",
          Types.FLAG,
          false,
          "Whether to go on behind the model's own end of sequence.",
          c -> c.sampling().ignoreEos());

  static final List<Setting<?>> ALL =
      List.of(
          FROM,
          TEMPERATURE,
          TOP_P,
          TOP_K,
          MIN_P,
          REPETITION_PENALTY,
          PRESENCE_PENALTY,
          FREQUENCY_PENALTY,
          LOGIT_BIAS,
          N,
          LOGPROBS,
          SEED,
          MAX_TOKENS,
          MIN_TOKENS,
          STOP,
          STOP_TOKEN_IDS,
          IGNORE_EOS);

  private SamplingSettings() {}

  /**
   * @param given keys of the settings that were set
   */
  static SamplingConfig read(Values values, Set<String> given) {
    return new SamplingConfig(
        values.get(TEMPERATURE),
        values.get(TOP_P),
        values.get(TOP_K),
        values.get(MIN_P),
        values.get(REPETITION_PENALTY),
        values.get(PRESENCE_PENALTY),
        values.get(FREQUENCY_PENALTY),
        values.get(LOGIT_BIAS),
        values.get(N),
        values.get(LOGPROBS),
        values.get(SEED),
        values.get(MAX_TOKENS),
        values.get(MIN_TOKENS),
        values.get(STOP),
        values.get(STOP_TOKEN_IDS),
        values.get(IGNORE_EOS),
        values.get(FROM),
        given);
  }
}
