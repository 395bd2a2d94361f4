package io.turnmill.task;

import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.RandomNumbers;
import io.turnmill.inference.StopCheck;
import io.turnmill.prompt.Prompt;
import io.turnmill.prompt.PromptResult;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.SessionKey;
import io.turnmill.task.Replies.Unanswered;
import io.turnmill.token.TokenIds;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * Makes requests of prompts, replies of completions, and reasons of failures: what the works of
 * {@link ReplyTask} have in common.
 */
final class ReplyMaker {
  private final ReplyTask task;

  ReplyMaker(ReplyTask task) {
    this.task = task;
  }

  /** A request for one reply to a prompt. */
  Generate request(SessionKey session, Prompt prompt, int choice) {
    String identity =
        session.tenant().map(tenant -> tenant + "\u0000").orElse("") + session.sessionId();
    long randomKey = RandomNumbers.randomKey(task.seed(), identity, prompt.userTurn(), choice);
    return new Generate(prompt.ids(), task.sampling(), randomKey, () -> newCheck(prompt));
  }

  private StopCheck newCheck(Prompt prompt) {
    StopCheck stops = task.stops().newCheck();
    // Where reasoning has no budget, nothing depends on it while a reply is computed.
    return task.sampling().thinking().tokens() == 0
        ? stops
        : task.reasoning()
            .map(reasoning -> reasoning.newCheck(stops, isOpened(reasoning, prompt)))
            .orElse(stops);
  }

  private static boolean isOpened(Reasoning reasoning, Prompt prompt) {
    return reasoning.isOpenedBy(prompt.ids(), prompt.continued());
  }

  Reply reply(Prompt prompt, int choice, Completion completion) {
    String whole = decode(completion.ids());
    Optional<StopStrings.Cut> cut = task.stops().cut(completion.ids(), whole);
    String kept = cut.map(StopStrings.Cut::text).orElse(whole);
    Optional<Reasoning.Parts> parts =
        task.reasoning()
            .flatMap(of -> of.parts(completion.ids(), whole, kept, isOpened(of, prompt)));
    int stopToken = completion.stopTokenId();
    Optional<String> stopReason =
        cut.map(StopStrings.Cut::stopString)
            .or(
                () ->
                    stopToken < 0 || task.endTokenIds().contains(stopToken)
                        ? Optional.empty()
                        : Optional.of(Integer.toString(stopToken)));
    return new Reply(
        prompt.userTurn(),
        choice,
        parts.map(Reasoning.Parts::answer).orElse(kept),
        parts.map(
            of -> new Reply.Reasoned(of.reasoning(), of.tokens(), completion.forcedTokens() > 0)),
        completion.finishReason().name().toLowerCase(Locale.ROOT),
        stopReason,
        completion.promptTokens(),
        completion.cachedTokens(),
        completion.generatedTokens(),
        completion.meanLogprob(),
        prompt.droppedMessages(),
        completion.logprobs());
  }

  private String decode(TokenIds ids) {
    try {
      return task.tokenizer().decode(ids);
    } catch (RuntimeException | Error thrown) {
      throw Fault.in(Step.DECODE, thrown);
    }
  }

  /** Why a turn has no prompt. */
  static TaskResult<Replies> withoutPrompt(PromptResult made) {
    if (made instanceof PromptResult.Refused refused) {
      return new TaskResult.Rejected<>(refused.code(), refused.detail());
    }
    if (made instanceof PromptResult.OutOfVocabulary unknown) {
      return new TaskResult.Failed<>(
          FailureCode.TOKEN_OUT_OF_VOCABULARY, unknown.token().detail("the prompt"));
    }
    return TaskResult.Failed.by(((PromptResult.Failed) made).fault());
  }

  /** Why a turn that was asked has no reply. */
  static TaskResult<Replies> failed(Outcome.Failure failure) {
    return switch (failure.code()) {
      case PROMPT_TOO_LONG ->
          new TaskResult.Rejected<>(RejectionCode.PROMPT_TOO_LONG, failure.detail());
      case OUT_OF_MEMORY -> new TaskResult.Failed<>(FailureCode.OUT_OF_MEMORY, failure.detail());
      case NON_FINITE -> new TaskResult.Failed<>(FailureCode.NON_FINITE_LOGITS, failure.detail());
      case TOKEN_OUT_OF_VOCABULARY ->
          new TaskResult.Failed<>(FailureCode.TOKEN_OUT_OF_VOCABULARY, failure.detail());
      case ENGINE_ERROR, NO_TOKEN -> stopCheckFailed(failure);
    };
  }

  /** The check for stop strings decodes the reply so far, so the step of its fault is decoding. */
  private static TaskResult<Replies> stopCheckFailed(Outcome.Failure failure) {
    Optional<Fault> fault = failure.thrown().map(thrown -> Fault.of(Step.DECODE, thrown));
    return fault
        .filter(Fault::isBug)
        .<TaskResult<Replies>>map(TaskResult.Failed::by)
        .orElseGet(
            () -> new TaskResult.Failed<>(FailureCode.ENGINE_ERROR, failure.detail(), fault));
  }

  /**
   * The result of a session of which at least one turn has a reply.
   *
   * @param unanswered the turns that have none
   */
  static TaskResult<Replies> answered(
      List<Reply> replies, NavigableMap<Integer, TaskResult<Replies>> unanswered) {
    return new TaskResult.Ok<>(
        new Replies(
            replies,
            unanswered.entrySet().stream()
                .map(of -> described(of.getKey(), of.getValue()))
                .toList()));
  }

  private static Unanswered described(int turn, TaskResult<Replies> why) {
    if (why instanceof TaskResult.Rejected<Replies> rejected) {
      return new Unanswered(turn, rejected.code().wireName(), rejected.detail(), Optional.empty());
    }
    TaskResult.Failed<Replies> failed = (TaskResult.Failed<Replies>) why;
    return new Unanswered(turn, failed.code().wireName(), failed.detail(), failed.fault());
  }
}
