package io.turnmill.bench;

import io.turnmill.bench.Workload.Turn;
import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.inference.Work;
import java.util.List;
import java.util.function.Function;

/** The turns of a session, one after the other; none may fail. */
class SessionReplay implements Work {
  private final List<Turn> turns;
  private final Function<Turn, Generate> requests;
  private int asked;
  private int answered;

  SessionReplay(List<Turn> turns, Function<Turn, Generate> requests) {
    this.turns = turns;
    this.requests = requests;
  }

  @Override
  public List<Request> next() {
    return asked > answered || done() ? List.of() : List.of(requests.apply(turns.get(asked++)));
  }

  @Override
  public boolean mayContinue() {
    return asked < turns.size();
  }

  @Override
  public void accept(Request request, Outcome outcome) {
    if (!(outcome instanceof Outcome.Completion)) {
      throw new IllegalStateException("a reply failed: " + outcome);
    }
    answered++;
  }

  @Override
  public boolean done() {
    return answered == turns.size();
  }
}
