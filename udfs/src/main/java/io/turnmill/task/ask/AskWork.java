package io.turnmill.task.ask;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import io.turnmill.task.AtOnce;
import io.turnmill.task.ChunkedItem;
import io.turnmill.task.ItemWork;
import io.turnmill.task.Replies.Unanswered;
import io.turnmill.task.TaskResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The work on one item of an {@link AskTask}. Its questions do not wait for one another. Each call
 * of {@code next} brings one of them a step further, because to find chunks and to make a prompt
 * may take a while.
 *
 * @param <T> the row that the item came from
 */
final class AskWork<T> implements ItemWork<T, AskedAnswers> {
  private final T row;
  private final List<AskedQuestion> questions = new ArrayList<>();

  /** The questions that nothing is under way for, and that are not over. */
  private final Deque<AskedQuestion> ready = new ArrayDeque<>();

  private final IdentityHashMap<Request, AskedQuestion> underWay = new IdentityHashMap<>();
  private Optional<TaskResult<AskedAnswers>> fault = Optional.empty();

  AskWork(AskTask<?> task, T row, Function<? super T, ? extends ChunkedItem<?>> itemOf) {
    this.row = row;
    try {
      ChunkedItem<?> item = itemOf.apply(row);
      ChunkSearch search = new ChunkSearch(item, task.options().retrieval());
      for (int number = 0; number < task.questions().size(); number++) {
        questions.add(new AskedQuestion(task, item, search, number));
      }
      ready.addAll(questions);
    } catch (RuntimeException | Error thrown) {
      fail(thrown);
    }
  }

  @Override
  public List<Request> next() {
    if (!canAsk()) {
      return List.of();
    }
    AskedQuestion question = ready.removeFirst();
    List<Request> requests = question.next();
    requests.forEach(request -> underWay.put(request, question));
    return requests;
  }

  private boolean canAsk() {
    return fault.isEmpty() && !ready.isEmpty() && underWay.size() < AtOnce.MOST_UNDER_WAY;
  }

  @Override
  public boolean hasYielded() {
    return canAsk();
  }

  @Override
  public boolean mayContinue() {
    return !ready.isEmpty();
  }

  @Override
  public void accept(Request request, Outcome outcome) {
    AskedQuestion question = underWay.remove(request);
    if (question.accept(request, outcome) && !question.isOver()) {
      ready.add(question);
    }
  }

  @Override
  public boolean done() {
    return fault.isPresent() || (ready.isEmpty() && underWay.isEmpty());
  }

  @Override
  public boolean fail(Throwable thrown) {
    fault = Optional.of(TaskResult.Failed.by(Fault.of(Step.BEGIN, thrown)));
    return true;
  }

  @Override
  public T row() {
    return row;
  }

  @Override
  public TaskResult<AskedAnswers> result() {
    if (!done()) {
      throw new IllegalStateException("The work is not done. This is a bug.");
    }
    return fault.orElseGet(this::ofQuestions);
  }

  private TaskResult<AskedAnswers> ofQuestions() {
    List<AskedAnswer> answers =
        questions.stream().map(AskedQuestion::answer).flatMap(Optional::stream).toList();
    if (answers.isEmpty()) {
      return TaskResult.ofNone(
          questions.stream().map(AskedQuestion::without).flatMap(Optional::stream).toList());
    }
    List<Unanswered> unanswered = questions.stream().flatMap(AskWork::unanswered).toList();
    return new TaskResult.Ok<>(new AskedAnswers(answers, unanswered));
  }

  private static Stream<Unanswered> unanswered(AskedQuestion of) {
    return of.without().stream()
        .map(why -> Unanswered.of(OptionalInt.of(of.number()), Optional.of(of.name()), why));
  }
}
