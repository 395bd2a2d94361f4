package io.turnmill.task;

import io.turnmill.engine.SamplingParams;
import io.turnmill.prompt.PromptBuilder;
import io.turnmill.session.Session;
import io.turnmill.token.Tokenizer;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The task {@code reply}: answer the last user turn of each session, {@code n} times. Immutable,
 * one per model.
 */
public final class ReplyTask {
  private final PromptBuilder prompts;
  private final Tokenizer tokenizer;
  private final SamplingParams sampling;
  private final Set<Integer> endTokenIds;
  private final StopStrings stops;
  private final long seed;

  /**
   * @param sampling its stop token ids are the user's; the model's are given beside
   * @param endTokenIds the model's end-of-sequence ids; they end a reply without a stop reason
   * @param stopStrings texts that end a reply and are not part of it
   */
  public ReplyTask(
      PromptBuilder prompts,
      Tokenizer tokenizer,
      SamplingParams sampling,
      Set<Integer> endTokenIds,
      List<String> stopStrings,
      long seed) {
    this.prompts = prompts;
    this.tokenizer = tokenizer;
    this.sampling = sampling;
    this.endTokenIds = Set.copyOf(endTokenIds);
    this.stops = new StopStrings(stopStrings, sampling.minTokens(), tokenizer);
    this.seed = seed;
  }

  /**
   * Begins the work on one session. Never throws for one session: the work has failed then, and is
   * done.
   *
   * @param row what travels with it, given back by {@link ReplyWork#row}
   * @param sessionOf reads the session from it
   */
  public <R> ReplyWork<R> begin(R row, Function<? super R, Session> sessionOf) {
    return new ReplyWork<>(this, row, sessionOf);
  }

  PromptBuilder prompts() {
    return prompts;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  SamplingParams sampling() {
    return sampling;
  }

  Set<Integer> endTokenIds() {
    return endTokenIds;
  }

  StopStrings stops() {
    return stops;
  }

  long seed() {
    return seed;
  }
}
