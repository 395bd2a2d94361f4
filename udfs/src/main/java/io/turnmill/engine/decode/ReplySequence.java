package io.turnmill.engine.decode;

import io.turnmill.engine.Draw;
import io.turnmill.engine.TokenBatch.Target;
import io.turnmill.engine.decode.StepPlan.Piece;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Mailbox;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.Failure;
import io.turnmill.inference.Outcome.FailureCode;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.inference.RandomNumbers;
import io.turnmill.inference.SamplingParams;
import io.turnmill.inference.TokenLogprob;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A prompt that is continued: token after token is drawn until the reply ends. */
final class ReplySequence extends Sequence {
  private final Generate request;
  private final ThinkingLimit thinking;
  private final RepetitionDetector repetition;
  private final ScoreEditor editor;
  private final List<TokenLogprob> logprobs = new ArrayList<>(0);
  private double sumLogprob;

  /**
   * @param followUp see {@link Sequence}
   * @param mayContinue see {@link Sequence}
   */
  ReplySequence(Generate request, Mailbox owner, boolean followUp, boolean mayContinue) {
    super(owner, followUp, mayContinue, request.prompt());
    this.request = request;
    this.thinking = new ThinkingLimit(request.sampling().thinking(), request.newStopCheck());
    this.repetition = RepetitionDetector.of(request.sampling());
    this.editor = new ScoreEditor(request.sampling(), request.prompt());
  }

  @Override
  Generate request() {
    return request;
  }

  @Override
  int promptTokens() {
    return request.prompt().size();
  }

  /** The prompt and one token have to fit. */
  @Override
  Optional<Failure> tooLong(int maxModelLen) {
    if (promptTokens() < maxModelLen) {
      return Optional.empty();
    }
    String detail = promptTokens() + " tokens, " + (maxModelLen - 1) + " fit";
    return Optional.of(new Failure(FailureCode.PROMPT_TOO_LONG, detail));
  }

  /** The length of the prompt with the longest reply that it may have. */
  @Override
  int mostTokens(int maxModelLen) {
    return (int) Math.min(maxModelLen, (long) promptTokens() + request.sampling().maxTokens());
  }

  /** Without the last token computed there are no scores to draw from. */
  @Override
  int reusableTokens() {
    return size() - 1;
  }

  @Override
  int lastingTokens() {
    return size();
  }

  @Override
  int knownTokens() {
    return size();
  }

  @Override
  int givenTokens(int start, int tokens) {
    return Math.max(0, Math.min(promptTokens() - start, tokens));
  }

  @Override
  List<Target> targets(int start, int end) {
    return List.of();
  }

  @Override
  Optional<Draw> draw() {
    return Optional.of(nextDraw());
  }

  /** How the token after the present last one is drawn. */
  Draw nextDraw() {
    int drawn = size() - promptTokens();
    return thinking
        .forcedDraw()
        .orElseGet(() -> plainDraw(drawn).with(editor.edits(drawn)))
        .withAlternatives(Math.max(0, request.sampling().logprobs()));
  }

  private Draw plainDraw(int drawn) {
    SamplingParams sampling = request.sampling();
    if (sampling.greedy()) {
      return Draw.GREEDY;
    }
    return new Draw(
        (float) Math.min(sampling.temperature(), Float.MAX_VALUE),
        sampling.topK(),
        (float) sampling.topP(),
        (float) sampling.minP(),
        RandomNumbers.uniform(request.randomKey(), drawn));
  }

  /** What the stop check throws costs this reply and no other, because it is the caller's code. */
  @Override
  Optional<Outcome> take(Piece piece, PieceResult found, int maxModelLen) {
    if (!piece.samples()) {
      return Optional.empty();
    }
    try {
      return append(found.drawn(), maxModelLen);
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      String detail = "the stop check threw " + e.getClass().getName();
      return Optional.of(new Failure(FailureCode.ENGINE_ERROR, detail, Optional.of(e)));
    }
  }

  /**
   * Takes the token that was drawn, and returns the outcome if the reply ends here. Before {@code
   * minTokens} no stop token is drawn, unless all tokens are stop tokens; such a token is kept like
   * any other. The stop check sees every token, but cannot end the reply before then.
   *
   * @param token its log-probability is NaN when the scores were not finite, and then it means
   *     nothing
   */
  Optional<Outcome> append(TokenLogprob token, int maxModelLen) {
    int id = token.id();
    if (Float.isNaN(token.logprob())) {
      return Optional.of(
          new Failure(FailureCode.NON_FINITE, "scores not finite after " + size() + " tokens"));
    }
    SamplingParams sampling = request.sampling();
    if (!thinking.takeForced()) {
      sumLogprob += token.logprob();
    }
    if (sampling.logprobs() >= 0) {
      logprobs.add(token);
    }
    int drawn = size() - promptTokens() + 1;
    if (drawn > sampling.minTokens() && sampling.stopTokenIds().contains(id)) {
      return Optional.of(completion(FinishReason.STOP, id));
    }
    append(id, maxModelLen);
    editor.append(id);
    boolean repeats = repetition.append(ids(), promptTokens(), size());
    if (thinking.append(id) && drawn >= sampling.minTokens()) {
      return Optional.of(completion(FinishReason.STOP, -1));
    }
    if (drawn >= sampling.maxTokens() || size() == maxModelLen) {
      return Optional.of(completion(FinishReason.LENGTH, -1));
    }
    return repeats && drawn >= sampling.minTokens()
        ? Optional.of(completion(FinishReason.REPETITION, -1))
        : Optional.empty();
  }

  private Completion completion(FinishReason reason, int stopTokenId) {
    TokenIds reply = slice(promptTokens(), size());
    int drawn = reply.size() + (stopTokenId >= 0 ? 1 : 0);
    return new Completion(
        reply,
        reason,
        stopTokenId,
        promptTokens(),
        cachedTokens(),
        drawn,
        sumLogprob,
        List.copyOf(logprobs),
        thinking.forcedTokens(),
        false);
  }
}
