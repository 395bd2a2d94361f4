package io.turnmill.engine.decode;

import io.turnmill.inference.Generate;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.inference.StopCheck;
import io.turnmill.inference.Work;
import io.turnmill.token.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A {@link ScriptedWork} that throws at one place, the n-th time that it is passed. */
final class FaultyWork implements Work {
  /** Where a work can throw on the thread of its feed. */
  enum Place {
    NEXT,
    GOES_ON,
    ACCEPT,
    DONE,
    /** The request's stop check cannot be made. */
    STOP_CHECK,
    /** The prompt has an id that the model lacks. */
    VOCABULARY
  }

  private final ScriptedWork script;
  private final Place place;
  private final Throwable fault;
  private int passes;
  private boolean leftAlone = true;
  private Optional<Throwable> failure = Optional.empty();

  /**
   * @param passes of the place before it throws
   */
  FaultyWork(ScriptedWork script, Place place, int passes, Throwable fault) {
    this.script = script;
    this.place = place;
    this.passes = passes;
    this.fault = fault;
  }

  ScriptedWork script() {
    return script;
  }

  /** What it was failed with. */
  Optional<Throwable> failure() {
    return failure;
  }

  /** Whether it was left alone after it had failed. */
  boolean leftAlone() {
    return leftAlone;
  }

  Place place() {
    return place;
  }

  private void pass(Place here) {
    leftAlone &= failure.isEmpty();
    if (here == place && passes-- == 0) {
      FaultyWork.<RuntimeException>raise(fault);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void raise(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Override
  public List<Request> next() {
    pass(Place.NEXT);
    List<Generate> requests = new ArrayList<>();
    for (Request asked : script.next()) {
      Generate request = (Generate) asked;
      boolean broken = (place == Place.VOCABULARY || place == Place.STOP_CHECK) && passes-- == 0;
      requests.add(broken ? broken(request) : request);
    }
    return List.copyOf(requests);
  }

  private Generate broken(Generate request) {
    if (place == Place.VOCABULARY) {
      TokenIds outside = TokenIds.of(ScriptedWork.VOCAB_SIZE);
      return new Generate(outside, request.sampling(), 0, () -> StopCheck.NEVER);
    }
    return new Generate(
        request.prompt(),
        request.sampling(),
        request.randomKey(),
        () -> {
          FaultyWork.<RuntimeException>raise(fault);
          return StopCheck.NEVER;
        });
  }

  @Override
  public boolean mayContinue() {
    pass(Place.GOES_ON);
    return script.mayContinue();
  }

  @Override
  public void accept(Request request, Outcome outcome) {
    pass(Place.ACCEPT);
    script.accept(request, outcome);
  }

  @Override
  public boolean done() {
    pass(Place.DONE);
    return script.done();
  }

  @Override
  public boolean fail(Throwable thrown) {
    leftAlone &= failure.isEmpty();
    failure = Optional.of(thrown);
    return true;
  }
}
