package io.turnmill.inference;

import io.turnmill.token.TokenIds;
import java.util.List;
import java.util.Optional;

/** The outcome of a {@link Request}. */
public sealed interface Outcome {

  /**
   * A finished reply.
   *
   * @param ids generated tokens, without the stop token that ended them
   * @param finishReason why it ended
   * @param stopTokenId the stop token that ended it, or -1
   * @param promptTokens length of the prompt in tokens
   * @param cachedTokens how many of them were not computed because a slot held them; all of them
   *     when the reply is reused
   * @param generatedTokens tokens of the reply, the stop token and forced ones included
   * @param sumLogprob sum of the log-probabilities of the drawn tokens, the stop token included,
   *     without those that were forced
   * @param logprobs one entry for each token of the reply, if asked for; otherwise empty
   * @param forcedTokens how many tokens were not drawn but forced by the {@link ThinkingBudget}
   * @param reused whether the reply was known, so that nothing was computed for this request
   */
  record Completion(
      TokenIds ids,
      FinishReason finishReason,
      int stopTokenId,
      int promptTokens,
      int cachedTokens,
      int generatedTokens,
      double sumLogprob,
      List<TokenLogprob> logprobs,
      int forcedTokens,
      boolean reused)
      implements Outcome {

    /** A reply that was computed for its request, every token of it drawn. */
    public Completion(
        TokenIds ids,
        FinishReason finishReason,
        int stopTokenId,
        int promptTokens,
        int cachedTokens,
        int generatedTokens,
        double sumLogprob,
        List<TokenLogprob> logprobs) {
      this(
          ids,
          finishReason,
          stopTokenId,
          promptTokens,
          cachedTokens,
          generatedTokens,
          sumLogprob,
          logprobs,
          0,
          false);
    }

    /** The mean log-probability of the tokens that were drawn; there is always one. */
    public double meanLogprob() {
      return sumLogprob / (generatedTokens - forcedTokens);
    }

    /** The same reply for another request of the same key. */
    public Completion asReused() {
      return new Completion(
          ids,
          finishReason,
          stopTokenId,
          promptTokens,
          promptTokens,
          generatedTokens,
          sumLogprob,
          logprobs,
          forcedTokens,
          true);
    }
  }

  /**
   * How likely the continuations of a prompt are.
   *
   * @param logprobs for each continuation, in order, the natural log-probability of each of its
   *     tokens after the prompt and the tokens before it, under the model's own distribution
   *     (temperature 1, nothing masked)
   * @param promptTokens length of the prompt in tokens
   * @param cachedTokens how many of them were not computed because a slot held them
   * @param computedTokens how many tokens went through the model for this request
   */
  record Scores(List<List<Float>> logprobs, int promptTokens, int cachedTokens, int computedTokens)
      implements Outcome {

    public Scores {
      logprobs = logprobs.stream().map(List::copyOf).toList();
    }

    /** The log-probability of a whole continuation: the sum over its tokens. */
    public double sum(int continuation) {
      return logprobs.get(continuation).stream().mapToDouble(Float::doubleValue).sum();
    }

    /** Counts only. */
    @Override
    public String toString() {
      return "Scores[continuations=" + logprobs.size() + ", promptTokens=" + promptTokens + "]";
    }
  }

  /** The embedding or the scores of a text. */
  final class Vector implements Outcome {
    private final float[] values;
    private final int cutTokens;

    /**
     * Owns {@code values} from now on.
     *
     * @param cutTokens tokens of the text that the model did not see
     */
    public Vector(float[] values, int cutTokens) {
      this.values = values;
      this.cutTokens = cutTokens;
    }

    /** A copy. */
    public float[] values() {
      return values.clone();
    }

    /** How many tokens of the text the model did not see, because it does not take in more. */
    public int cutTokens() {
      return cutTokens;
    }

    /** The same numbers, for a text of which this many tokens were cut. */
    public Vector withCutTokens(int others) {
      return others == cutTokens ? this : new Vector(values, others);
    }

    /** The length only. */
    @Override
    public String toString() {
      return "Vector[" + values.length + "]";
    }
  }

  /**
   * The request has no result, for a reason with a stable code.
   *
   * @param detail what happened, with counts only and never text
   * @param thrown what the stop check threw; its message may be anything
   */
  record Failure(FailureCode code, String detail, Optional<Throwable> thrown) implements Outcome {
    public Failure(FailureCode code, String detail) {
      this(code, detail, Optional.empty());
    }

    /** Leaves out what was thrown, because its message may be anything. */
    @Override
    public String toString() {
      return "Failure[" + code + ", " + detail + "]";
    }
  }

  /** Why a reply ended, by vLLM's names. */
  enum FinishReason {
    /** A stop token or a stop string. */
    STOP,
    /** {@code max_tokens}, or the end of the model's context. */
    LENGTH,
    /** The reply repeated itself, see {@link RepetitionDetection}. */
    REPETITION
  }

  /** Why a request has no result. */
  enum FailureCode {
    /** The prompt and one token, or a prompt and its continuation, do not fit the context. */
    PROMPT_TOO_LONG,
    /**
     * Not one more token fitted the device's memory, tried alone for half a minute; or a slot as
     * long as prompt and reply may be did not; or the text alone did not.
     */
    OUT_OF_MEMORY,
    /** The model's scores or vector were not finite. */
    NON_FINITE,
    /** The text has no token, so that there is nothing to compute. */
    NO_TOKEN,
    /** The text has an added token for which the model's embedding has no row. */
    TOKEN_OUT_OF_VOCABULARY,
    /** The reply's stop check threw, or the backend was not asked. */
    ENGINE_ERROR
  }
}
