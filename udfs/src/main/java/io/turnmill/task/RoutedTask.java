package io.turnmill.task;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;

/**
 * A task for one model, whose requests go to another of the models of a feed.
 *
 * @param <I> an item
 * @param <R> the result for an item
 */
public final class RoutedTask<I, R> implements Task<I, R> {
  private final Task<I, R> task;
  private final String model;

  /**
   * @param model the name by which the model is asked
   */
  public RoutedTask(Task<I, R> task, String model) {
    this.task = task;
    this.model = model;
  }

  @Override
  public String name() {
    return task.name();
  }

  @Override
  public String scope() {
    return task.scope();
  }

  @Override
  public <T> ItemWork<T, R> begin(T row, Function<? super T, ? extends I> itemOf) {
    return new RoutedWork<>(task.begin(row, itemOf), model);
  }

  /** A work whose requests are handed out with another name of a model. */
  private static final class RoutedWork<T, R> implements ItemWork<T, R> {
    private final ItemWork<T, R> work;
    private final String model;

    /** The requests as they were handed out, with those that the work made. */
    private final IdentityHashMap<Request, Request> made = new IdentityHashMap<>();

    RoutedWork(ItemWork<T, R> work, String model) {
      this.work = work;
      this.model = model;
    }

    @Override
    public List<Request> next() {
      List<Request> requests = new ArrayList<>();
      for (Request request : work.next()) {
        Request asked = request.to(model);
        made.put(asked, request);
        requests.add(asked);
      }
      return requests;
    }

    @Override
    public void accept(Request request, Outcome outcome) {
      work.accept(made.remove(request), outcome);
    }

    @Override
    public boolean hasYielded() {
      return work.hasYielded();
    }

    @Override
    public boolean mayContinue() {
      return work.mayContinue();
    }

    @Override
    public boolean fail(Throwable thrown) {
      return work.fail(thrown);
    }

    @Override
    public boolean done() {
      return work.done();
    }

    @Override
    public T row() {
      return work.row();
    }

    @Override
    public TaskResult<R> result() {
      return work.result();
    }
  }
}
