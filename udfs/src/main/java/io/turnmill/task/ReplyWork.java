package io.turnmill.task;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Request;
import io.turnmill.prompt.Prompt;
import io.turnmill.prompt.PromptResult;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Session;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The work on one session of the tasks {@code reply} and {@code replay}. If an exception is thrown
 * on the way, it becomes the result of the session.
 *
 * <p>All prompts of a session are known from the start, so its turns do not wait for one another:
 * the last one is asked first. The prompts of the others are nearly always beginnings of its
 * prompt, so they can copy what was computed from its slot, and every part of the session is
 * computed once.
 *
 * @param <T> the row that the session came from
 */
public final class ReplyWork<T> implements ItemWork<T, Replies> {
  private final ReplyTask task;
  private final ReplyMaker maker;
  private final T row;
  private Optional<Session> session = Optional.empty();

  /** The user turns that were not asked yet, the last one first. */
  private final Deque<Integer> turns = new ArrayDeque<>();

  /** The requests that are under way. */
  private final IdentityHashMap<Request, Asked> asked = new IdentityHashMap<>();

  private final NavigableMap<Integer, NavigableMap<Integer, Reply>> replies = new TreeMap<>();

  /** The turns without replies, each with the first reason: a turn has all its replies or none. */
  private final NavigableMap<Integer, TaskResult<Replies>> unanswered = new TreeMap<>();

  /** The step that is named in a fault, unless the exception names one itself. */
  private Step step = Step.BEGIN;

  private TaskResult<Replies> result;

  private record Asked(Prompt prompt, int choice) {}

  public ReplyWork(ReplyTask task, T row, Function<? super T, ? extends Session> sessionOf) {
    this.task = task;
    this.maker = new ReplyMaker(task);
    this.row = row;
    try {
      begin(sessionOf.apply(row));
    } catch (RuntimeException | Error thrown) {
      result = TaskResult.Failed.by(Fault.of(step, thrown));
    }
  }

  private void begin(Session of) {
    session = Optional.of(of);
    List<Integer> users = of.userTurns();
    if (users.isEmpty()) {
      result =
          new TaskResult.Rejected<>(
              RejectionCode.NO_USER_TURN, of.messages().size() + " messages, none by the user");
    } else if (task.kind() == TaskKind.REPLY) {
      turns.add(users.get(users.size() - 1));
    } else {
      users.forEach(turns::addFirst);
    }
  }

  @Override
  public boolean fail(Throwable thrown) {
    result = TaskResult.Failed.by(Fault.of(step, thrown));
    return true;
  }

  @Override
  public List<Request> next() {
    step = Step.BEGIN;
    List<Request> requests = new ArrayList<>();
    long chars = 0;
    while (canAsk() && chars < AtOnce.LIMIT_CHARS) {
      int turn = turns.removeFirst();
      chars += charsUntil(turn);
      PromptResult made = prompt(turn);
      if (made instanceof PromptResult.Ready ready) {
        ask(ready.prompt(), requests);
      } else {
        unanswered.put(turn, Prompts.without(made));
      }
      finishIfLast();
    }
    return requests;
  }

  private boolean canAsk() {
    return result == null && !turns.isEmpty() && asked.size() < AtOnce.MOST_UNDER_WAY;
  }

  @Override
  public boolean hasYielded() {
    return canAsk();
  }

  private long charsUntil(int turn) {
    return AtOnce.chars(session.orElseThrow().messages().subList(0, turn + 1));
  }

  private PromptResult prompt(int turn) {
    return task.kind() == TaskKind.REPLY
        ? task.prompts().forLastUserTurn(session.orElseThrow())
        : task.prompts().forTurn(session.orElseThrow(), turn);
  }

  private void ask(Prompt prompt, List<Request> requests) {
    for (int choice = 0; choice < task.sampling().n(); choice++) {
      Request request = maker.request(session.orElseThrow().key(), prompt, choice);
      asked.put(request, new Asked(prompt, choice));
      requests.add(request);
    }
  }

  @Override
  public boolean mayContinue() {
    return !turns.isEmpty();
  }

  @Override
  public void accept(Request request, Outcome outcome) {
    step = Step.ACCEPT;
    Asked of = asked.remove(request);
    int turn = of.prompt().userTurn();
    try {
      if (outcome instanceof Completion completion) {
        Reply reply = maker.reply(of.prompt(), of.choice(), completion);
        replies.computeIfAbsent(turn, any -> new TreeMap<>()).put(of.choice(), reply);
      } else {
        unanswered.putIfAbsent(turn, RequestFailures.result((Outcome.Failure) outcome));
      }
    } catch (RuntimeException | Error thrown) {
      unanswered.putIfAbsent(turn, TaskResult.Failed.by(Fault.of(step, thrown)));
    }
    finishIfLast();
  }

  private void finishIfLast() {
    if (result != null || !turns.isEmpty() || !asked.isEmpty()) {
      return;
    }
    unanswered.keySet().forEach(replies::remove);
    if (replies.isEmpty()) {
      result = TaskResult.ofNone(unanswered.values());
    } else {
      result =
          ReplyMaker.answered(
              replies.values().stream().flatMap(of -> of.values().stream()).toList(), unanswered);
    }
  }

  @Override
  public boolean done() {
    return result != null;
  }

  @Override
  public T row() {
    return row;
  }

  @Override
  public TaskResult<Replies> result() {
    if (result == null) {
      throw new IllegalStateException("The work is not done. This is a bug.");
    }
    return result;
  }
}
