package io.turnmill.task;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.session.RejectionCode;
import io.turnmill.task.Question.Asked;
import io.turnmill.task.Question.Refused;
import io.turnmill.task.Replies.Unanswered;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The work on one session of a {@link QuestionsTask}. The last question is asked first: the prompts
 * of earlier turns are nearly always beginnings of its prompt, so they copy what was computed for
 * it. If an exception is thrown on the way, it becomes the result of its part of the session.
 *
 * @param <T> the row that the session came from
 * @param <A> the answer for one part
 */
final class QuestionsWork<T, A> implements ItemWork<T, Answers<A>> {
  private final T row;

  /** The places of the questions that were not asked yet, the last one first. */
  private final Deque<Integer> waiting = new ArrayDeque<>();

  private List<Question<A>> questions = List.of();
  private final IdentityHashMap<Request, Pending<A>> underWay = new IdentityHashMap<>();

  /** How many questions are under way. */
  private int asked;

  private final NavigableMap<Integer, A> answers = new TreeMap<>();
  private final NavigableMap<Integer, TaskResult<Answers<A>>> unanswered = new TreeMap<>();
  private TaskResult<Answers<A>> result;

  /** A question under way. */
  private static final class Pending<A> {
    private final int place;
    private final Asked<A> asked;
    private final Outcome[] outcomes;
    private int missing;

    Pending(int place, Asked<A> asked) {
      this.place = place;
      this.asked = asked;
      this.outcomes = new Outcome[asked.requests().size()];
      this.missing = outcomes.length;
    }

    /** Whether this was the last outcome. */
    boolean take(Request request, Outcome outcome) {
      for (int i = 0; i < outcomes.length; i++) {
        if (asked.requests().get(i) == request) {
          outcomes[i] = outcome;
        }
      }
      return --missing == 0;
    }
  }

  /**
   * @param about gives the questions about the session of {@code row}
   */
  QuestionsWork(T row, Supplier<List<Question<A>>> about) {
    this.row = row;
    try {
      questions = about.get();
      for (int place = questions.size() - 1; place >= 0; place--) {
        waiting.add(place);
      }
      if (questions.isEmpty()) {
        result =
            new TaskResult.Rejected<>(
                RejectionCode.NO_SUCH_TURN, "the task has nothing to ask about this session");
      }
    } catch (Refused refused) {
      result = typed(refused.result());
    } catch (RuntimeException | Error thrown) {
      result = TaskResult.Failed.by(Fault.of(Step.BEGIN, thrown));
    }
  }

  @Override
  public List<Request> next() {
    List<Request> requests = new ArrayList<>();
    long chars = 0;
    while (canAsk() && chars < AtOnce.LIMIT_CHARS) {
      int place = waiting.removeFirst();
      Question<A> question = questions.get(place);
      chars += question.chars();
      try {
        Pending<A> pending = new Pending<>(place, question.asking().get());
        pending.asked.requests().forEach(request -> underWay.put(request, pending));
        requests.addAll(pending.asked.requests());
        asked++;
      } catch (Refused no) {
        unanswered.put(place, typed(no.result()));
      } catch (RuntimeException | Error thrown) {
        unanswered.put(place, TaskResult.Failed.by(Fault.of(Step.BEGIN, thrown)));
      }
      finishIfLast();
    }
    return requests;
  }

  private boolean canAsk() {
    return result == null && !waiting.isEmpty() && underWay.size() < AtOnce.MOST_UNDER_WAY;
  }

  @Override
  public boolean hasYielded() {
    return canAsk();
  }

  @Override
  public boolean mayContinue() {
    return !waiting.isEmpty();
  }

  @Override
  public void accept(Request request, Outcome outcome) {
    Pending<A> pending = underWay.remove(request);
    if (!pending.take(request, outcome)) {
      return;
    }
    asked--;
    Optional<Outcome.Failure> failure =
        Arrays.stream(pending.outcomes)
            .filter(Outcome.Failure.class::isInstance)
            .map(Outcome.Failure.class::cast)
            .findFirst();
    try {
      if (failure.isPresent()) {
        unanswered.put(pending.place, RequestFailures.result(failure.get()));
      } else {
        answers.put(pending.place, pending.asked.answer().apply(List.of(pending.outcomes)));
      }
    } catch (RuntimeException | Error thrown) {
      unanswered.put(pending.place, TaskResult.Failed.by(Fault.of(Step.ACCEPT, thrown)));
    }
    finishIfLast();
  }

  private void finishIfLast() {
    if (result != null || !waiting.isEmpty() || asked > 0) {
      return;
    }
    if (answers.isEmpty()) {
      result = TaskResult.ofNone(unanswered.values());
    } else {
      List<Unanswered> without =
          unanswered.entrySet().stream()
              .map(of -> unanswered(questions.get(of.getKey()), of.getValue()))
              .toList();
      result = new TaskResult.Ok<>(new Answers<>(List.copyOf(answers.values()), without));
    }
  }

  private static Unanswered unanswered(Question<?> question, TaskResult<?> why) {
    return Unanswered.of(question.turn(), question.field(), why);
  }

  /** The result of a part that has no answer, which holds no value of the answer's type. */
  @SuppressWarnings("unchecked")
  private static <R> TaskResult<R> typed(TaskResult<?> without) {
    return (TaskResult<R>) without;
  }

  @Override
  public boolean fail(Throwable thrown) {
    result = TaskResult.Failed.by(Fault.of(Step.BEGIN, thrown));
    return true;
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
  public TaskResult<Answers<A>> result() {
    if (result == null) {
      throw new IllegalStateException("The work is not done. This is a bug.");
    }
    return result;
  }
}
