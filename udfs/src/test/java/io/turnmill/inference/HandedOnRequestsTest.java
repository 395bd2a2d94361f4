package io.turnmill.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnmill.inference.Outcome.Completion;
import io.turnmill.inference.Outcome.FinishReason;
import io.turnmill.testing.FakeBackend;
import io.turnmill.testing.FakeBackend.Added;
import io.turnmill.testing.FakeCache;
import io.turnmill.token.TokenIds;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of requests that wait for another of the same key, and of several models. */
class HandedOnRequestsTest {
  /** One request after the other; throws at the first outcome if it is faulty. */
  private static final class TurnByTurn implements Work {
    private final Deque<List<Request>> turns = new ArrayDeque<>();
    private final boolean faulty;
    private int waits;
    private boolean failed;

    private TurnByTurn(boolean faulty, List<List<Request>> turns) {
      this.faulty = faulty;
      this.turns.addAll(turns);
    }

    @Override
    public List<Request> next() {
      List<Request> now = waits > 0 || turns.isEmpty() ? List.of() : turns.remove();
      waits += now.size();
      return now;
    }

    @Override
    public boolean mayContinue() {
      return true;
    }

    @Override
    public void accept(Request request, Outcome outcome) {
      if (faulty) {
        throw new IllegalArgumentException("faulty");
      }
      waits--;
    }

    @Override
    public boolean done() {
      return failed || (waits == 0 && turns.isEmpty());
    }

    @Override
    public boolean fail(Throwable thrown) {
      failed = true;
      return true;
    }
  }

  private static Generate greedy(int id, String model) {
    SamplingParams sampling = SamplingParams.greedy(12).withStopTokenIds(Set.of(2));
    return new Generate(TokenIds.of(id), sampling, 0, () -> StopCheck.NEVER, model);
  }

  private static Generate greedy(int id) {
    return greedy(id, Request.ONLY_MODEL);
  }

  /** The key of a request to a fake backend. */
  private static RequestKey key(Generate request) {
    String scope = FakeBackend.silent().info().scope() + "\n" + FakeCache.knowingNothing().scope();
    return RequestKey.of(request, scope);
  }

  private static Completion reply() {
    return new Completion(TokenIds.of(9), FinishReason.LENGTH, -1, 1, 0, 1, -1, List.of());
  }

  /** A work of two turns, whose second one waits for a reply that does not come. */
  @Test
  void aRequestThatIsAskedInsteadOfAnotherKeepsItsPlaceAsAFollowUp() {
    FakeBackend backend = FakeBackend.silent();
    Mailbox other = new Mailbox();
    Generate second = greedy(2);
    RequestKey key = key(second);
    SingleFlight shared = backend.singleFlight();
    assertThat(shared.claim(key, greedy(2), other)).isInstanceOf(SingleFlight.Claim.Ask.class);
    try (Feed<TurnByTurn> feed = backend.open(1, FakeCache.knowingNothing())) {
      feed.submit(new TurnByTurn(false, List.of(List.of(greedy(8)), List.of(second))));
      feed.flush();
      Added first = backend.take().get(0);
      assertThat(first.isFollowUp()).isFalse();
      backend.mailbox().deliver(first.request(), reply());
      assertThat(feed.poll()).isEmpty();
      assertThat(backend.take()).isEmpty();
      shared.withdraw(other);
      assertThat(feed.poll()).isEmpty();

      assertThat(backend.take()).containsExactly(new Added(second, true, true));
    }
  }

  /** It is told to ask itself after it has failed. */
  @Test
  void aWorkThatFailedHandsOnWhatOthersWaitFor() {
    FakeBackend backend = FakeBackend.silent();
    Mailbox other = new Mailbox();
    Mailbox next = new Mailbox();
    RequestKey key = key(greedy(2));
    SingleFlight shared = backend.singleFlight();
    shared.claim(key, greedy(2), other);
    try (Feed<TurnByTurn> feed = backend.open(1, FakeCache.knowingNothing())) {
      TurnByTurn work = new TurnByTurn(true, List.of(List.of(greedy(1), greedy(2))));
      feed.submit(work);
      feed.flush();
      Request waits = greedy(2);
      shared.claim(key, waits, next);
      Request first = backend.take().get(0).request();
      backend.mailbox().deliver(first, reply());
      assertThat(feed.poll()).isEmpty();
      shared.withdraw(other);

      assertThat(feed.poll()).containsSame(work);
      assertThat(feed.size()).isZero();
      assertThat(backend.take()).isEmpty();
      assertThat(next.poll()).containsExactly(new Delivery(waits, Optional.empty()));
    }
  }

  @Test
  void aWorkMayAskSeveralModelsEachWithItsWindow() {
    FakeBackend one = FakeBackend.silent("one");
    FakeBackend other = FakeBackend.silent("other");
    List<Route> routes = List.of(new Route("a", one, 1), new Route("b", other, 2));
    try (Feed<TurnByTurn> feed = Feed.open(routes, Optional.of(FakeCache.knowingNothing()))) {
      TurnByTurn work = new TurnByTurn(false, List.of(List.of(greedy(1, "a"), greedy(1, "b"))));
      feed.submit(work);
      assertThat(feed.hasRoom()).as("the window of one model is full").isFalse();
      feed.flush();
      Request ofOne = one.take().get(0).request();
      Request ofOther = other.take().get(0).request();
      assertThat(ofOne.model()).isEqualTo("a");
      assertThat(ofOther.model()).isEqualTo("b");
      one.mailbox().deliver(ofOne, reply());
      assertThat(feed.poll()).isEmpty();
      other.mailbox().deliver(ofOther, reply());
      assertThat(feed.poll()).containsSame(work);
      assertThat(feed.hasRoom()).isTrue();
    }
  }

  /** Whether a feed asks the backend for a reply, rather than find it in the cache. */
  private static boolean isAsked(FakeBackend backend, String name, FakeCache<TurnByTurn> cache) {
    try (Feed<TurnByTurn> feed =
        Feed.open(List.of(new Route(name, backend, 1)), Optional.of(cache))) {
      feed.submit(new TurnByTurn(false, List.of(List.of(greedy(1, name)))));
      feed.flush();
      List<Added> asked = backend.take();
      asked.forEach(added -> backend.mailbox().deliver(added.request(), reply()));
      assertThat(feed.poll()).isPresent();
      return !asked.isEmpty();
    }
  }

  @Test
  void twoNamesOfOneModelShareRepliesAndTwoModelsOfOneNameDoNot() {
    FakeCache<TurnByTurn> cache = FakeCache.remembering();
    assertThat(isAsked(FakeBackend.silent("one"), "a", cache)).isTrue();
    assertThat(isAsked(FakeBackend.silent("one"), "b", cache)).isFalse();
    assertThat(isAsked(FakeBackend.silent("other"), "a", cache)).isTrue();
    assertThat(isAsked(FakeBackend.silent("other"), "b", cache)).isFalse();
    assertThat(cache.size()).isEqualTo(2);
  }

  @Test
  void twoModelsOfOneNameAreRefusedAndNothingStaysOpen() {
    FakeBackend one = FakeBackend.silent();
    List<Route> routes = List.of(new Route("a", one, 1), new Route("a", FakeBackend.silent(), 1));

    assertThatThrownBy(() -> Feed.open(routes, Optional.empty()))
        .hasMessage("two models of a feed have one name. This is a bug.");
    assertThat(one.open()).isZero();
  }

  @Test
  void aRequestForAModelThatTheFeedDoesNotHaveIsAFaultOfItsWork() {
    try (Feed<TurnByTurn> feed = FakeBackend.silent().open(1)) {
      TurnByTurn work = new TurnByTurn(false, List.of(List.of(greedy(1, "unknown"))));
      feed.submit(work);

      assertThat(feed.poll()).containsSame(work);
      assertThat(work.failed).isTrue();
    }
  }
}
