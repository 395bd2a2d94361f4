package io.turnmill.engine;

import io.turnmill.token.TokenIds;
import java.util.List;
import java.util.Optional;

/** What became of a {@link Request}. */
public sealed interface Outcome {

  /**
   * A finished reply.
   *
   * @param ids generated tokens, without the stop token that ended them
   * @param finishReason why it ended
   * @param stopTokenId the stop token that ended it, or -1
   * @param promptTokens length of the prompt
   * @param cachedTokens how many of them were not computed because a slot held them; all of them
   *     when the whole reply was known
   * @param generatedTokens tokens drawn, the stop token included
   * @param sumLogprob sum of the log-probabilities of the drawn tokens, the stop token included
   * @param logprobs of each of these, if asked for; else empty
   */
  record Completion(
      TokenIds ids,
      FinishReason finishReason,
      int stopTokenId,
      int promptTokens,
      int cachedTokens,
      int generatedTokens,
      double sumLogprob,
      List<TokenLogprob> logprobs)
      implements Outcome {

    /** Whether it was known from before. The engine computes one token of each prompt at least. */
    public boolean reused() {
      return cachedTokens == promptTokens;
    }

    /** The same, for another request of the same key: nothing was computed for that one. */
    Completion asReused() {
      return new Completion(
          ids,
          finishReason,
          stopTokenId,
          promptTokens,
          promptTokens,
          generatedTokens,
          sumLogprob,
          logprobs);
    }
  }

  /**
   * No reply, for a reason with a stable code.
   *
   * @param detail counts only, never text
   * @param thrown by the stop check; its message may be anything
   */
  record Failure(FailureCode code, String detail, Optional<Throwable> thrown) implements Outcome {
    public Failure(FailureCode code, String detail) {
      this(code, detail, Optional.empty());
    }

    /** Without what was thrown. */
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
    LENGTH
  }

  /** Why there is none. */
  enum FailureCode {
    /** The prompt and one token do not fit the context. */
    PROMPT_TOO_LONG,
    /**
     * Not one more token fitted the device's memory, tried alone for half a minute; or a slot as
     * long as prompt and reply may be did not.
     */
    OUT_OF_MEMORY,
    /** The model's scores were not finite. */
    NON_FINITE_LOGITS,
    /** The reply's stop check threw. */
    ENGINE_ERROR
  }
}
