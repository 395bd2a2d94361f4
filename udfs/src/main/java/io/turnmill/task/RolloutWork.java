package io.turnmill.task;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Request;
import io.turnmill.prompt.Prompt;
import io.turnmill.prompt.PromptResult;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.Message;
import io.turnmill.session.RejectionCode;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The work on one session of the task {@code rollout}. Its user turns are asked one after another,
 * because each prompt holds the replies to the turns before: they stand where the archive has the
 * messages of its assistant, which are not shown. Where a turn has no reply, the dialogue ends, and
 * no turn after it is asked.
 *
 * @param <T> the row that the session came from
 */
final class RolloutWork<T> implements ItemWork<T, Replies> {
  private final ReplyTask task;
  private final ReplyMaker maker;
  private final T row;
  private Optional<Session> session = Optional.empty();

  /** The user turns that were not asked yet, in order. */
  private final Deque<Integer> turns = new ArrayDeque<>();

  /** The dialogue so far: what the archive's others say, and the model's own replies. */
  private final List<Message> history = new ArrayList<>();

  /** How many messages of the session the history has taken or left out. */
  private int taken;

  private final List<Reply> replies = new ArrayList<>();

  /** The prompt that is under way. */
  private Optional<Prompt> asked = Optional.empty();

  /** The step that is named in a fault, unless the exception names one itself. */
  private Step step = Step.BEGIN;

  private Optional<TaskResult<Replies>> result = Optional.empty();

  RolloutWork(ReplyTask task, T row, Function<? super T, ? extends Session> sessionOf) {
    this.task = task;
    this.maker = new ReplyMaker(task);
    this.row = row;
    try {
      begin(sessionOf.apply(row));
    } catch (RuntimeException | Error thrown) {
      fail(thrown);
    }
  }

  private void begin(Session of) {
    session = Optional.of(of);
    turns.addAll(of.userTurns());
    if (turns.isEmpty()) {
      result =
          Optional.of(
              new TaskResult.Rejected<>(
                  RejectionCode.NO_USER_TURN,
                  of.messages().size() + " messages, none by the user"));
    }
  }

  @Override
  public boolean fail(Throwable thrown) {
    result = Optional.of(TaskResult.Failed.by(Fault.of(step, thrown)));
    return true;
  }

  @Override
  public List<Request> next() {
    if (done() || asked.isPresent()) {
      return List.of();
    }
    step = Step.BEGIN;
    Session of = session.orElseThrow();
    int turn = turns.removeFirst();
    while (taken <= turn) {
      Message message = of.messages().get(taken++);
      if (message.role() != Role.ASSISTANT) {
        history.add(message);
      }
    }
    PromptResult made = task.prompts().forHistory(of, history, turn);
    if (made instanceof PromptResult.Ready ready) {
      asked = Optional.of(ready.prompt());
      return List.of(maker.request(of.key(), ready.prompt(), 0));
    }
    endWithout(turn, Prompts.without(made));
    return List.of();
  }

  @Override
  public boolean mayContinue() {
    return !turns.isEmpty();
  }

  @Override
  public void accept(Request request, Outcome outcome) {
    step = Step.ACCEPT;
    Prompt of = asked.orElseThrow();
    asked = Optional.empty();
    try {
      if (outcome instanceof Completion completion) {
        take(maker.reply(of, 0, completion));
      } else {
        endWithout(of.userTurn(), RequestFailures.result((Outcome.Failure) outcome));
      }
    } catch (RuntimeException | Error thrown) {
      endWithout(of.userTurn(), TaskResult.Failed.by(Fault.of(step, thrown)));
    }
  }

  private void take(Reply reply) {
    replies.add(reply);
    history.add(Message.of(reply.turn(), Role.ASSISTANT, reply.content()));
    if (turns.isEmpty()) {
      result = Optional.of(ReplyMaker.answered(replies, new TreeMap<>()));
    }
  }

  /** Ends the dialogue at a turn that has no reply. */
  private void endWithout(int turn, TaskResult<Replies> why) {
    NavigableMap<Integer, TaskResult<Replies>> unanswered = new TreeMap<>();
    unanswered.put(turn, why);
    while (!turns.isEmpty()) {
      unanswered.put(
          turns.removeFirst(),
          new TaskResult.Failed<>(
              TaskFailureCode.EARLIER_TURN_FAILED, "turn " + turn + " has no reply"));
    }
    result = Optional.of(replies.isEmpty() ? why : ReplyMaker.answered(replies, unanswered));
  }

  @Override
  public boolean done() {
    return result.isPresent();
  }

  @Override
  public T row() {
    return row;
  }

  @Override
  public TaskResult<Replies> result() {
    return result.orElseThrow(
        () -> new IllegalStateException("The work is not done. This is a bug."));
  }
}
