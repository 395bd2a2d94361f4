package io.turnmill.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnmill.inference.Backend;
import io.turnmill.inference.Feed;
import io.turnmill.inference.Metrics;
import io.turnmill.inference.Outcome;
import io.turnmill.inference.Request;
import io.turnmill.inference.Work;
import io.turnmill.testing.NaiveReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A work of many requests, which the engine gets all at once. */
public final class Together implements Work {
  private final List<? extends Request> requests;
  private final Map<Integer, Outcome> outcomes = new TreeMap<>();
  private boolean handedOut;
  private Metrics stats;

  private Together(List<? extends Request> requests) {
    this.requests = requests;
  }

  public static Together of(List<? extends Request> requests) {
    return new Together(requests);
  }

  /** Runs the requests through an engine on a feed of their own. */
  public static Together run(Backend engine, List<? extends Request> requests)
      throws InterruptedException {
    Together works = new Together(requests);
    try (Feed<Together> feed = engine.open(1)) {
      feed.submit(works);
      assertThat(feed.take()).isSameAs(works);
      works.stats = engine.metrics();
    }
    return works;
  }

  /** By the places of their requests. */
  public Map<Integer, Outcome> outcomes() {
    return outcomes;
  }

  /** In the order of the requests. */
  public List<Outcome> inOrder() {
    return new ArrayList<>(outcomes.values());
  }

  /** Of the engine, when all had come out. */
  public Metrics metrics() {
    return stats;
  }

  /** Which requests failed. */
  public Map<Integer, Outcome.FailureCode> codes() {
    Map<Integer, Outcome.FailureCode> codes = new TreeMap<>();
    outcomes.forEach(
        (i, outcome) -> {
          if (outcome instanceof Outcome.Failure failure) {
            codes.put(i, failure.code());
          }
        });
    return codes;
  }

  public void assertOthersEqualTheNaiveReference() {
    try (NaiveReference reference =
        new NaiveReference(FakeEngine.pass(), FakeEngine.CONFIG.maxModelLen())) {
      outcomes.forEach(
          (i, outcome) ->
              assertThat(ScriptedWork.comparable(outcome))
                  .isEqualTo(reference.run(requests.get(i))));
    }
  }

  @Override
  public List<Request> next() {
    List<? extends Request> now = handedOut ? List.of() : requests;
    handedOut = true;
    return List.copyOf(now);
  }

  @Override
  public void accept(Request request, Outcome outcome) {
    assertThat(outcomes.put(requests.indexOf(request), outcome)).isNull();
  }

  @Override
  public boolean done() {
    return outcomes.size() == requests.size();
  }
}
