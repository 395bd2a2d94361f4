package io.turnmill.task;

import io.turnmill.engine.Outcome;
import io.turnmill.engine.Outcome.Completion;
import io.turnmill.engine.RandomNumbers;
import io.turnmill.engine.Request;
import io.turnmill.engine.Work;
import io.turnmill.prompt.Prompt;
import io.turnmill.prompt.PromptResult;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * One session under way to its reply. Whatever is thrown on that way is its result.
 *
 * @param <R> what travels with it
 */
public final class ReplyWork<R> implements Work {
  private final ReplyTask task;
  private final R row;
  private Optional<SessionKey> key = Optional.empty();
  private Optional<Prompt> prompt = Optional.empty();
  private boolean asked;

  /** What a fault is put down to, unless it says so itself. */
  private Step step = Step.BEGIN;

  /** The number of each reply that is under way. */
  private final IdentityHashMap<Request, Integer> choices = new IdentityHashMap<>();

  private final SortedMap<Integer, Reply> replies = new TreeMap<>();

  /** The first one: a session has all its replies or none. */
  private Optional<TaskResult> failure = Optional.empty();

  private TaskResult result;

  ReplyWork(ReplyTask task, R row, Function<? super R, Session> sessionOf) {
    this.task = task;
    this.row = row;
    try {
      begin(sessionOf.apply(row));
    } catch (RuntimeException | Error thrown) {
      fail(thrown);
    }
  }

  private void begin(Session session) {
    key = Optional.of(session.key());
    PromptResult made = task.prompts().forLastUserTurn(session);
    if (made instanceof PromptResult.Ready ready) {
      prompt = Optional.of(ready.prompt());
    } else if (made instanceof PromptResult.Refused refused) {
      result = new TaskResult.Rejected(refused.code(), refused.detail());
    } else if (made instanceof PromptResult.OutOfVocabulary unknown) {
      result =
          new TaskResult.Failed(
              FailureCode.TOKEN_OUT_OF_VOCABULARY, unknown.token().detail("the prompt"));
    } else {
      result = TaskResult.Failed.by(((PromptResult.Failed) made).fault());
    }
  }

  @Override
  public boolean fail(Throwable thrown) {
    result = TaskResult.Failed.by(Fault.of(step, thrown));
    return true;
  }

  @Override
  public List<Request> next() {
    if (asked || prompt.isEmpty()) {
      return List.of();
    }
    asked = true;
    SessionKey of = key.orElseThrow();
    String identity = of.tenant().map(tenant -> tenant + "\u0000").orElse("") + of.sessionId();
    List<Request> requests = new ArrayList<>();
    for (int choice = 0; choice < task.sampling().n(); choice++) {
      long randomKey =
          RandomNumbers.randomKey(task.seed(), identity, prompt.get().userTurn(), choice);
      Request request =
          new Request(prompt.get().ids(), task.sampling(), randomKey, task.stops()::newCheck);
      choices.put(request, choice);
      requests.add(request);
    }
    return requests;
  }

  @Override
  public void accept(Request request, Outcome outcome) {
    step = Step.ACCEPT;
    int choice = choices.remove(request);
    if (outcome instanceof Completion completion) {
      replies.put(choice, reply(choice, completion));
    } else {
      failure = Optional.of(failure.orElse(failed((Outcome.Failure) outcome)));
    }
    if (choices.isEmpty()) {
      result = failure.orElseGet(() -> new TaskResult.Ok(List.copyOf(replies.values())));
    }
  }

  private static TaskResult failed(Outcome.Failure failure) {
    return switch (failure.code()) {
      case PROMPT_TOO_LONG ->
          new TaskResult.Rejected(RejectionCode.PROMPT_TOO_LONG, failure.detail());
      case OUT_OF_MEMORY -> new TaskResult.Failed(FailureCode.OUT_OF_MEMORY, failure.detail());
      case NON_FINITE_LOGITS ->
          new TaskResult.Failed(FailureCode.NON_FINITE_LOGITS, failure.detail());
      case ENGINE_ERROR -> stopCheckFailed(failure);
    };
  }

  /** What checks for stop strings decodes what is there so far. */
  private static TaskResult.Failed stopCheckFailed(Outcome.Failure failure) {
    Optional<Fault> fault = failure.thrown().map(thrown -> Fault.of(Step.DECODE, thrown));
    return fault
        .filter(Fault::isBug)
        .map(TaskResult.Failed::by)
        .orElseGet(() -> new TaskResult.Failed(FailureCode.ENGINE_ERROR, failure.detail(), fault));
  }

  private Reply reply(int choice, Completion completion) {
    String text = decode(completion);
    Optional<StopStrings.Cut> cut = task.stops().cut(completion.ids(), text);
    int stopToken = completion.stopTokenId();
    Optional<String> stopReason =
        cut.map(StopStrings.Cut::stopString)
            .or(
                () ->
                    stopToken < 0 || task.endTokenIds().contains(stopToken)
                        ? Optional.empty()
                        : Optional.of(Integer.toString(stopToken)));
    return new Reply(
        prompt.orElseThrow().userTurn(),
        choice,
        cut.map(StopStrings.Cut::text).orElse(text),
        completion.finishReason().name().toLowerCase(Locale.ROOT),
        stopReason,
        completion.promptTokens(),
        completion.cachedTokens(),
        completion.generatedTokens(),
        completion.sumLogprob() / completion.generatedTokens(),
        prompt.orElseThrow().droppedMessages(),
        completion.logprobs());
  }

  private String decode(Completion completion) {
    try {
      return task.tokenizer().decode(completion.ids());
    } catch (RuntimeException | Error thrown) {
      throw Fault.in(Step.DECODE, thrown);
    }
  }

  @Override
  public boolean done() {
    return result != null;
  }

  /** What travelled with the session. */
  public R row() {
    return row;
  }

  /**
   * What became of the session.
   *
   * @throws IllegalStateException before {@link #done}
   */
  public TaskResult result() {
    if (result == null) {
      throw new IllegalStateException("The work is not done. This is a bug.");
    }
    return result;
  }
}
