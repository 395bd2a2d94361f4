package io.turnmill.task;

import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.RandomNumbers;
import io.turnmill.inference.StopCheck;
import io.turnmill.prompt.Prompt;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.SessionKey;
import io.turnmill.task.Replies.Unanswered;
import io.turnmill.token.TokenIds;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;

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
    return request(prompt, identity, prompt.userTurn(), choice);
  }

  /**
   * As above.
   *
   * @param identity with the turn and the choice, what all random numbers depend on
   */
  Generate request(Prompt prompt, String identity, int turn, int choice) {
    long randomKey = RandomNumbers.randomKey(task.seed(), identity, turn, choice);
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
                .map(of -> Unanswered.of(OptionalInt.of(of.getKey()), of.getValue()))
                .toList()));
  }
}
