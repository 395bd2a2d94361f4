package io.turnmill.bench;

import io.turnmill.bench.Workload.Turn;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.inference.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The turns of a session at once, the last one first, as the task {@code replay} asks them. */
final class TurnsAtOnce implements Work {
  private final List<Request> requests = new ArrayList<>();
  private int left;
  private boolean asked;

  TurnsAtOnce(List<Turn> turns, Function<Turn, Generate> requests) {
    for (int i = turns.size() - 1; i >= 0; i--) {
      this.requests.add(requests.apply(turns.get(i)));
    }
    this.left = turns.size();
  }

  @Override
  public List<Request> next() {
    List<Request> now = asked ? List.of() : requests;
    asked = true;
    return now;
  }

  @Override
  public void accept(Request request, Outcome outcome) {
    if (!(outcome instanceof Outcome.Completion)) {
      throw new IllegalStateException("a reply failed: " + outcome);
    }
    left--;
  }

  @Override
  public boolean done() {
    return left == 0;
  }
}
