package io.turnmill.task;

import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import java.util.List;

/** A work that asks nothing, because its result is known when it begins. */
public record DoneWork<T, R>(T row, TaskResult<R> result) implements ItemWork<T, R> {
  @Override
  public List<Request> next() {
    return List.of();
  }

  @Override
  public void accept(Request request, Outcome outcome) {
    throw new IllegalStateException("A work that asks nothing has an outcome. This is a bug.");
  }

  @Override
  public boolean done() {
    return true;
  }
}
