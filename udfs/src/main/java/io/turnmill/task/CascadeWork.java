package io.turnmill.task;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.session.Fault;
import io.turnmill.session.Fault.Step;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * The work on one item that two models may be asked about, one after the other.
 *
 * @param <T> the row that the item came from
 * @param <R> what either model's task makes of an item
 */
final class CascadeWork<T, R> implements ItemWork<T, Cascaded<R>> {
  private final ItemWork<T, R> first;
  private final Supplier<ItemWork<T, R>> beginSecond;
  private final double below;
  private final boolean turnsAreIndependent;

  private Optional<ItemWork<T, R>> second = Optional.empty();

  /** The requests to the second model, as they were handed out, with those that its work made. */
  private final IdentityHashMap<Request, Request> toSecond = new IdentityHashMap<>();

  private OptionalDouble certainty = OptionalDouble.empty();
  private Optional<TaskResult<Cascaded<R>>> fault = Optional.empty();
  private boolean decided;

  /**
   * @param turnsAreIndependent whether an answer of one model may stand beside those of the other
   */
  CascadeWork(
      ItemWork<T, R> first,
      Supplier<ItemWork<T, R>> beginSecond,
      double below,
      boolean turnsAreIndependent) {
    this.first = first;
    this.beginSecond = beginSecond;
    this.below = below;
    this.turnsAreIndependent = turnsAreIndependent;
  }

  @Override
  public List<Request> next() {
    if (!first.done()) {
      List<Request> requests = first.next();
      if (!first.done()) {
        return requests;
      }
    }
    if (!decided) {
      decide();
    }
    List<Request> requests = new ArrayList<>();
    if (second.isPresent() && !second.get().done()) {
      for (Request request : second.get().next()) {
        Request asked = request.to(CascadeTask.SECOND);
        toSecond.put(asked, request);
        requests.add(asked);
      }
    }
    return requests;
  }

  private void decide() {
    decided = true;
    if (first.result() instanceof TaskResult.Ok<R> ok) {
      certainty = OptionalDouble.of(Certainty.of(ok.value()));
    }
    if (certainty.isEmpty() || certainty.getAsDouble() < below) {
      second = Optional.of(beginSecond.get());
    }
  }

  @Override
  public boolean hasYielded() {
    return second.map(ItemWork::hasYielded).orElseGet(first::hasYielded);
  }

  @Override
  public boolean mayContinue() {
    return second.map(ItemWork::mayContinue).orElseGet(first::mayContinue);
  }

  @Override
  public void accept(Request request, Outcome outcome) {
    Request asked = toSecond.remove(request);
    if (asked == null) {
      first.accept(request, outcome);
    } else {
      second.orElseThrow().accept(asked, outcome);
    }
  }

  @Override
  public boolean done() {
    return fault.isPresent() || (decided && second.map(ItemWork::done).orElse(true));
  }

  /** What the second model's work throws leaves the first one's result, if there is one. */
  @Override
  public boolean fail(Throwable thrown) {
    if (second.isPresent()) {
      return second.get().fail(thrown);
    }
    fault = Optional.of(TaskResult.Failed.by(Fault.of(Step.BEGIN, thrown)));
    return first.done() || first.fail(thrown);
  }

  @Override
  public T row() {
    return first.row();
  }

  @Override
  public TaskResult<Cascaded<R>> result() {
    if (fault.isPresent()) {
      return fault.get();
    }
    Optional<R> ofFirst = value(first.result());
    if (second.isEmpty()) {
      return ofFirst
          .map(value -> ok(value, false, Optional.empty()))
          .orElseGet(() -> without(first.result()));
    }
    Optional<R> ofSecond = value(second.get().result());
    if (ofSecond.isPresent() && ofFirst.isPresent() && turnsAreIndependent) {
      FilledResult<R> filled = FilledResult.of(ofSecond.get(), ofFirst.get());
      return ok(filled.value(), true, Optional.of(filled.unused()));
    }
    if (ofSecond.isPresent()) {
      return ok(ofSecond.get(), true, ofFirst);
    }
    return ofFirst
        .map(value -> ok(value, false, Optional.empty()))
        .orElseGet(() -> without(second.get().result()));
  }

  private TaskResult<Cascaded<R>> ok(R value, boolean bySecond, Optional<R> unused) {
    return new TaskResult.Ok<>(
        new Cascaded<>(value, bySecond, second.isPresent(), certainty, unused));
  }

  private static <R> Optional<R> value(TaskResult<R> result) {
    return result instanceof TaskResult.Ok<R> ok ? Optional.of(ok.value()) : Optional.empty();
  }

  /** A result that holds no value. */
  @SuppressWarnings("unchecked")
  private static <R> TaskResult<Cascaded<R>> without(TaskResult<R> result) {
    return (TaskResult<Cascaded<R>>) (TaskResult<?>) result;
  }
}
